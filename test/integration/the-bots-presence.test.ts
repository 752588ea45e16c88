import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bareOf } from '../../src/message/jid.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { type Server, startServer } from '../support/server.ts';
import { BOT, COMPONENT } from '../support/stage.ts';

const HOST = 'seen.test';
const ALICE = `alice@${HOST}`;

describe('a user who has the bot among the contacts', { timeout: 60_000 }, () => {
  let server: Server;
  let daemon: DaemonProcess;
  let folder: string;
  let alice: Client;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'receipts-'));
    server = await startServer({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
    });
    await server.register(ALICE);
    daemon = new DaemonProcess({
      XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
      XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
      XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
      XMPP_RECEIPTS_DOMAINS: HOST,
      XMPP_RECEIPTS_STORE: `sqlite:${join(folder, 'receipts.db')}`,
    });
    await daemon.start();
    alice = await logIn('pc');
  });

  afterEach(async () => {
    await alice?.close();
    await daemon.end('SIGKILL');
    await server.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  function logIn(resource: string): Promise<Client> {
    return login({ jid: `${ALICE}/${resource}`, port: server.ports.c2s });
  }

  /** Resolves when the server knows that alice sees that address of ours, and she does. */
  async function add(address: string): Promise<void> {
    alice.subscribeTo(address);
    await expectSeen(alice, 'available', { address });
    expect(await alice.roster()).toEqual({ [address]: 'to' });
  }

  test.each([
    ['the bot', BOT],
    ['the domain', COMPONENT],
  ])('sees it online, offline when the daemon stops, and online again: %s', async (_, address) => {
    await add(address);
    for (let round = 0; round < 2; round++) {
      await daemon.end('SIGTERM');
      await expectSeen(alice, 'unavailable', { address });
      await daemon.start();
      await expectSeen(alice, 'available', { address });
    }
  });

  test('and comes online while the daemon is away, does not see it, and sees it when it is back', async () => {
    await add(BOT);
    await daemon.end('SIGTERM');
    const phone = await logIn('phone');
    await expectNobodyThere(phone);
    await daemon.start();
    await expectSeen(phone, 'available', { address: BOT });
    await phone.close();
  });

  test('still sees it online after the daemon was killed, but not after the next login', async () => {
    await add(BOT);
    const since = alice.mark();
    await daemon.end('SIGKILL');
    await alice.expectNone((stanza) => isOf(stanza, BOT), { since, ms: 1000 });
    const phone = await logIn('phone');
    await expectNobodyThere(phone);
    await phone.close();
    await daemon.start();
    await expectSeen(alice, 'available', { address: BOT, since });
  });

  test('who removed it hears no more of it', async () => {
    await add(BOT);
    const since = alice.mark();
    alice.send(`<presence to='${BOT}' type='unsubscribe'/>`);
    await expectSeen(alice, 'unavailable', { address: BOT, since });
    const removed = alice.mark();
    await daemon.end('SIGTERM');
    await daemon.start();
    await alice.expectNone((stanza) => isOf(stanza, BOT) && !isAnswerToLeaving(stanza), {
      since: removed,
      ms: 1000,
    });
  });
});

/** The server itself answers the probe of a login: with an error, which clients show as offline. */
async function expectNobodyThere(client: Client): Promise<void> {
  const answer = await client.waitFor((stanza) => isOf(stanza, BOT));
  const conditions = ['remote-server-timeout', 'remote-server-not-found'];
  const found = conditions.find((name) => answer.getChild('error')?.getChild(name) !== undefined);
  expect([answer.attrs['type'], found]).toEqual(['error', expect.any(String)]);
}

async function expectSeen(
  client: Client,
  type: 'available' | 'unavailable',
  { address, since = 0 }: { readonly address: string; readonly since?: number },
): Promise<void> {
  const wanted = type === 'available' ? undefined : type;
  const isSeen = ({ attrs }: Element) =>
    attrs['from'] === `${address}/bot` && attrs['type'] === wanted;
  await client.waitFor((stanza) => isOf(stanza, address) && isSeen(stanza), { since });
}

function isOf(stanza: Element, address: string): boolean {
  return stanza.is('presence') && bareOf(stanza.attrs['from'] ?? '') === address;
}

function isAnswerToLeaving({ attrs: { type } }: Element): boolean {
  return type === 'unsubscribed';
}
