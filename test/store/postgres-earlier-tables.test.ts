import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { untilNoConflict } from '../../src/store/conflict.ts';
import { BEFORE_ALL } from '../../src/store/contact-store.ts';
import { claimStore, lockStore } from '../../src/store/locking.ts';
import { makePool } from '../../src/store/postgres/connection.ts';
import { migrate } from '../../src/store/postgres/opening.ts';
import { MIGRATIONS } from '../../src/store/postgres/schema.ts';
import { shardOf } from '../../src/store/postgres/shards.ts';
import { Transactions, WRITE } from '../../src/store/postgres/transactions.ts';
import { bringUpToDate } from '../../src/store/postgres/up-to-date.ts';
import type { StoreNews } from '../../src/store/store-news.ts';
import { ALICE, BOB, keyOf, T0 } from '../support/facts.ts';
import { Postgres } from '../support/postgres.ts';
import { NOW } from './judging.ts';
import { HERE, OneOfTwo, THERE } from './two-daemons.ts';

/** What one daemon left: a message, its receipt, a question, contacts, its clock and its openings. */
const ROWS = `
  CREATE TABLE schema_version (one BOOLEAN PRIMARY KEY, version INTEGER NOT NULL);
  INSERT INTO schema_version VALUES (true, 3);
  INSERT INTO messages (shard, sender, recipient, id, record, position, seen_at, kept, wake, born) VALUES
    (${shardOf(ALICE)}, '${ALICE}', '${BOB}', 'm1', '{"facts":[]}', ${T0}, ${T0}, false, ${NOW}, ${NOW});
  INSERT INTO outbox (shard, number, sender, recipient, id, status, message_at, receipt, due) VALUES
    (${shardOf(ALICE)}, ${16 + shardOf(ALICE)}, '${ALICE}', '${BOB}', 'm1', 'stored', ${T0}, '{"at":1,"messageAt":1,"evidence":"server"}', ${NOW});
  INSERT INTO senders_due (shard, sender, due) VALUES (${shardOf(ALICE)}, '${ALICE}', ${NOW});
  INSERT INTO questions (shard, recipient, number, sender, opened, due) VALUES
    (${shardOf(BOB)}, '${BOB}', 1, '${ALICE}', ${NOW}, ${NOW});
  INSERT INTO asked_messages (shard, recipient, sender, id, number, position, born) VALUES
    (${shardOf(BOB)}, '${BOB}', '${ALICE}', 'm1', 1, ${T0}, ${NOW});
  INSERT INTO contacts (account, address, born) VALUES
    ('${ALICE}', 'receipts@${HERE.component}', ${NOW}), ('${BOB}', '${HERE.component}', ${NOW});
  INSERT INTO clock (one, seen, ahead) VALUES (true, ${NOW}, 7);
  UPDATE policy_number SET number = 5;
  INSERT INTO epochs (opening, epoch, began) VALUES (1, 'aaaa', 0), (2, 'bbbb', 3);`;

let postgres: Postgres;
let address: string;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

beforeEach(async () => {
  address = await postgres.database();
  await run(`${MIGRATIONS.slice(0, 3).join('')} ${ROWS}`);
});

async function run(text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function open(served = HERE): OneOfTwo['store'] {
  const { store } = new OneOfTwo(address, served);
  onTestFinished(() => store.close());
  return store;
}

/** The limit of a statement is 30 seconds. A row takes as long here as the index of many million does. */
const SLOW = `
  CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(31); RETURN new; END $$;
  CREATE TRIGGER slowly BEFORE UPDATE ON senders_due FOR EACH ROW EXECUTE FUNCTION slowly();`;

test('tables that take long to be brought up to date are not cut off as a statement is, and it is said before', async () => {
  await run(SLOW);
  const news: StoreNews[] = [];
  const claim = claimStore(address, HERE.component, (it) => news.push(it));
  onTestFinished(() => claim.release());
  const taking = claim.take();
  await vi.waitUntil(() => news.length > 0, 20_000);
  expect(await Promise.race([taking, delay(1000, 'is busy')])).toBe('is busy');
  expect(await taking).toBeUndefined();
  const [row] = await run('SELECT version FROM schema_version');
  expect(row).toEqual({ version: MIGRATIONS.length });
  expect(news).toEqual(['has older tables']);
}, 180_000);

test('tables that another program reads for long are left as they are, and the operator is told what to look at', async () => {
  const reader = new Client({ connectionString: address });
  await reader.connect();
  onTestFinished(() => reader.end());
  await reader.query('BEGIN; SELECT 1 FROM messages');
  const impatient = `${address}&lock_timeout=100`;
  await expect(lockStore(impatient, HERE.component)).rejects.toThrow(
    /lock timeout.*pg_stat_activity/,
  );
  expect(await run('SELECT version FROM schema_version')).toEqual([{ version: 3 }]);
});

const CLAIM = { now: NOW, leaseUntil: NOW + 1, maxParcels: 9, maxReceipts: 9, except: [] };

test('a daemon of today finds what waited in the tables of one daemon', async () => {
  const store = open();
  expect(await store.upkeep.backlog()).toEqual({ receipts: 1, ticks: 0, questions: 1 });
  expect((await store.receipts.claim(CLAIM)).map(({ to }) => to)).toEqual([ALICE]);
  const asking = { now: NOW, leaseUntil: NOW + 1, dueUntil: NOW, maxRecipients: 9, except: [] };
  expect((await store.asking.claim(asking)).map(({ recipient }) => recipient)).toEqual([BOB]);
  const contacts = await store.contacts.page(BEFORE_ALL, 9);
  expect(contacts.map(({ account }) => account)).toEqual([ALICE, BOB]);
  expect(await store.records.due(NOW, 9)).toEqual([keyOf('m1')]);
  expect(await store.upkeep.clock()).toEqual({ seen: NOW, ahead: 7 });
});

test('another daemon on these tables is lent nothing, but looks at messages that nobody else may know', async () => {
  const store = open(THERE);
  expect(await store.upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
  expect(await store.receipts.claim(CLAIM)).toEqual([]);
  expect(await store.contacts.page(BEFORE_ALL, 9)).toEqual([]);
  expect(await store.records.due(NOW, 9)).toEqual([keyOf('m1')]);
});

test.each([
  ['the same', HERE],
  ['another', THERE],
])(
  'the last opening of that time ends when a daemon of %s component opens the store',
  async (_, served) => {
    const first = open(served);
    expect(await first.preferences.lastNumberOf('aaaa')).toBe(3);
    expect(await first.preferences.lastNumberOf('bbbb')).toBe(5);
    const chosen = { change: () => ({ policy: 'refuse' }) as const, now: NOW };
    await first.preferences.change('carol@example.org' as BareJid, chosen);
    expect(await open().preferences.lastNumberOf('bbbb')).toBe(5);
  },
);

test('a database whose tables another daemon makes just as we look has them, and is no failure', async () => {
  const empty = await postgres.database();
  const transactions = new Transactions(makePool(empty, 1));
  onTestFinished(() => transactions.close());
  let looks = 0;
  await untilNoConflict(() =>
    transactions.run(WRITE, async (sql) => {
      await sql.rows('SELECT 1'); // what we see is what was there now
      looks += 1;
      if (looks === 1) await bringUpToDate(empty);
      return migrate(sql);
    }),
  );
  expect(looks).toBe(2);
});
