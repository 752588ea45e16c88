import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ApiClient } from '../../src/operator/cli/api-client.ts';
import type { StatusAnswer } from '../../src/operator/http/status-route.ts';
import { ticksFor, toldInWords } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { Postgres } from '../support/postgres.ts';
import { toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'moved.test';
const [ALICE, BOB, CAROL] = ['alice', 'bob', 'carol'].map((name) => `${name}@${HOST}`) as [
  string,
  string,
  string,
];

/** Receipts in words wait so long that they cannot leave before the store has moved. */
const IN_WORDS = { text: true, textStoredAfterMs: 0 };
const WAITING = { receipts: { ...IN_WORDS, gatherTextMs: 3_600_000 } };
/** The server has said that it has the receipt: it waits no more. */
const SETTLED_MS = 500;
const DUE_NOW = 'UPDATE outbox SET due = 1 WHERE due IS NOT NULL; UPDATE senders_due SET due = 1';

let postgres: Postgres;
let stage: OperatorStage;
let alice: Client;

beforeAll(async () => {
  postgres = await Postgres.start();
  stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
  for (const account of [ALICE, BOB, CAROL]) await stage.server.register(account);
  await stage.server.befriend(ALICE, BOB);
  await stage.server.befriend(ALICE, CAROL);
  alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
});

afterAll(async () => {
  await stage?.dispose();
  await postgres?.stop();
});

test('a daemon whose store has moved to PostgreSQL goes on: nothing is told twice, every policy holds', {
  timeout: 180_000,
}, async () => {
  await begin({});
  const file = join(stage.folder, 'policies.csv');
  await writeFile(file, `${BOB}, -, manual\n${BOB}, ${ALICE}, automatic\n${CAROL}, -, refuse\n`);
  expect((await stage.run('policy', 'load', file)).code).toBe(0);
  const { out: policies } = await stage.run('policy', 'list');
  alice.ask(BOB, 'told');
  await waitForReceipt(alice, 'told', 'stored');
  await vi.waitUntil(async () => (await status()).waiting.receipts === 0, 20_000);
  await stage.daemon.end();

  await begin(WAITING);
  alice.ask(BOB, 'waits');
  await waitForReceipt(alice, 'waits', 'stored');
  await sleep(SETTLED_MS);
  await vi.waitUntil(async () => (await status()).waiting.receipts === 1, 20_000);
  await stage.daemon.end();

  const to = await postgres.database();
  const from = `sqlite:${join(stage.folder, 'receipts.db')}`;
  const moved = await stage.run('migrate', '--from', from, '--to', to);
  expect(moved.errors).toBe('');
  expect(moved.out).toContain('  2 messages\n');
  await postgres.query('store1', DUE_NOW);

  await begin({ store: to, receipts: IN_WORDS });
  await vi.waitUntil(() => toldInWords(alice.received).length > 0, 20_000);
  expect((await stage.run('policy', 'list')).out).toBe(policies);
  const bob = await enter(BOB);
  await vi.waitUntil(() => ticksFor(alice, 'waits').includes(bob.jid), 20_000);
  expect(toldAbout(alice, 'told').filter((status) => status === 'stored')).toHaveLength(1);
  expect(toldInWords(alice.received)).toHaveLength(1);
  alice.ask(BOB, 'automatic');
  await vi.waitUntil(() => ticksFor(alice, 'automatic').includes(bob.jid), 20_000);
  await expectRefused(await enter(CAROL));
});

/** The daemon starts with these settings, and has met the server. */
async function begin(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const http = { socket: join(stage.folder, 'daemon.sock') };
  await stage.write({ domains: [HOST], http, ...settings });
  await stage.daemon.start();
  await vi.waitUntil(async () => (await status()).servers.some(({ module }) => module), 20_000);
}

/** Asked here: each process of a command takes its time. */
function status(): Promise<StatusAnswer> {
  return new ApiClient(join(stage.folder, 'daemon.sock')).get('/api/status');
}

function enter(account: string): Promise<Client> {
  const port = stage.server.ports.c2s;
  return login({ jid: `${account}/phone`, port, autoReceipt: true });
}

/** The answer of her client is stopped; what she says after it comes. */
async function expectRefused(carol: Client): Promise<void> {
  alice.ask(carol.bareJid, 'refused');
  await carol.waitForMessage('refused');
  carol.ask(alice.bareJid, 'after');
  await alice.waitForMessage('after');
  expect(ticksFor(alice, 'refused')).toEqual([]);
}
