import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { clockEnvironment, setClock } from '../support/server/clock.ts';
import { type Server, startServer } from '../support/server.ts';
import { COMPONENT, waitForReceipt } from '../support/stage.ts';
import { until } from '../support/until.ts';

const HOST = 'clock.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** Never logs in. */
const CAROL = `carol@${HOST}`;
const HOUR = 3600;
const TEN_YEARS = 315_576_000;
/** What waits for the clock waits an hour. */
const IN_TIME_MS = 20_000;

let server: Server;
let folder: string;
let daemon: DaemonProcess;
let alice: Client;
let bob: Client;
let last = 0;

beforeAll(async () => {
  server = await startServer({
    hosts: [{ name: HOST }],
    components: [{ domain: COMPONENT, secret: 'secret' }],
    receipts: { receipts_component: COMPONENT },
  });
  for (const jid of [ALICE, BOB, CAROL]) await server.register(jid);
  for (const jid of [BOB, CAROL]) await server.befriend(ALICE, jid);
  const port = server.ports.c2s;
  alice = await login({ jid: `${ALICE}/pc`, port });
  bob = await login({ jid: `${BOB}/phone`, port });
});

afterAll(async () => {
  for (const client of [alice, bob]) await client?.close();
  await server?.dispose();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-time-'));
  daemon = new DaemonProcess({
    ...clockEnvironment(folder),
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: HOST,
    XMPP_RECEIPTS_STORE: `sqlite:${join(folder, 'receipts.db')}`,
    XMPP_RECEIPTS_RECEIPTS_GRACE_MS: '400',
    XMPP_RECEIPTS_POLICY_DEFAULT: 'automatic',
  });
  await daemon.start();
});

afterEach(async () => {
  await daemon.end();
  await rm(folder, { recursive: true, force: true });
});

async function expectInTime(): Promise<void> {
  const id = `m${++last}`;
  alice.ask(BOB, id);
  await alice.waitUntil(() => ticksFor(alice, id).length > 0, IN_TIME_MS);
  await waitForReceipt(alice, id, 'delivered', IN_TIME_MS);
  expect(ticksFor(alice, id)).toEqual([BOB]);
}

/** A message that waits in the offline store, and was told of. */
async function newWaiting(): Promise<string> {
  const id = `waits-${++last}`;
  alice.ask(CAROL, id);
  await waitForReceipt(alice, id, 'stored', IN_TIME_MS);
  return id;
}

/**
 * What alice was told of a message. A daemon that is stopped before the server has read its receipt
 * repeats it, under the same id (docs/protocol.md §3.1).
 */
function toldOnce(id: string): readonly string[] {
  const told = alice.received.flatMap((stanza) =>
    stanza
      .getChildren('receipt', 'xmpp-receipts:1')
      .filter(({ attrs }) => attrs['id'] === id)
      .map(({ attrs }) => [stanza.attrs['id'], attrs['status'] ?? ''] as const),
  );
  return [...new Map(told).values()];
}

describe.each([-HOUR, HOUR, -TEN_YEARS, TEN_YEARS])(
  'the clock of the daemon’s machine is set by %i seconds',
  (seconds) => {
    test('while it runs and nothing happens: it says so, all is told in time, nothing expires', async () => {
      const waiting = await newWaiting();
      await setClock(folder, seconds);
      await until(() => daemon.output.includes('the clock of this machine'), 'the step to be said');
      await expectInTime();
      await setClock(folder, 0);
      await expectInTime();
      expect(toldOnce(waiting)).toEqual(['stored']);
    });

    test('while it is away: all is told in time, nothing expires, and nothing is told twice', async () => {
      const waiting = await newWaiting();
      await daemon.end();
      await setClock(folder, seconds);
      await daemon.start();
      await expectInTime();
      await daemon.end();
      await setClock(folder, 0);
      await daemon.start();
      await expectInTime();
      expect(toldOnce(waiting)).toEqual(['stored']);
    });
  },
);
