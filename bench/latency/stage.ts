import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../../test/support/client.ts';
import { connectComponent, type RawComponent } from '../../test/support/component.ts';
import { startProsody } from '../../test/support/prosody.ts';
import { BenchDaemon, COMPONENT, DOMAIN, SECRET } from '../measure/daemon.ts';
import { pin, SERVER_CORE } from '../measure/process.ts';

export const ABSENT = `absent@${DOMAIN}`;
export const READER = `reader@${DOMAIN}`;
export const NOBODY = `nobody@${DOMAIN}`;
export const GATEWAY = 'gateway.bench.test';

const SENDERS = 4;

/** Senders who take turns, so that none of them is told twice within the time in which receipts are gathered. */
export interface Stage {
  readonly senders: readonly Client[];
  /** Online, and answers nothing by itself. */
  readonly reader: Client;
  readonly gateway: RawComponent;
  dispose(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
  const prosody = await startProsody({
    hosts: [{ name: DOMAIN }],
    components: [
      { domain: COMPONENT, secret: SECRET },
      { domain: GATEWAY, secret: SECRET },
    ],
    receipts: { receipts_component: COMPONENT },
    s2s: false,
    logLevel: 'warn',
  });
  pin(prosody.pid, SERVER_CORE);
  const { c2s: port, component } = prosody.ports;
  const jids = Array.from({ length: SENDERS }, (_, number) => `sender${number}@${DOMAIN}`);
  for (const jid of [...jids, ABSENT, READER]) await prosody.register(jid);
  for (const jid of jids)
    for (const friend of [ABSENT, READER]) await prosody.befriend(jid, friend);
  const daemon = await BenchDaemon.start({
    port: component,
    database: join(folder, 'bench.db'),
    settings: { XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '100000' },
  });
  const gateway = await connectComponent({ domain: GATEWAY, secret: SECRET, port: component });
  const senders = await Promise.all(jids.map((jid) => login({ jid, port })));
  const reader = await login({ jid: READER, port });
  return {
    senders,
    reader,
    gateway,
    async dispose() {
      for (const client of [...senders, reader]) client.die();
      gateway.die();
      await daemon.end();
      await prosody.dispose();
      await rm(folder, { recursive: true });
    },
  };
}

/** Our receipt for that message. */
export function isReceiptFor(id: string, status: string): (stanza: Element) => boolean {
  return (stanza) =>
    stanza
      .getChildren('receipt', 'xmpp-receipts:1')
      .some(({ attrs }) => attrs['id'] === id && attrs['status'] === status);
}
