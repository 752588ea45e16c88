import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { lockStore } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import type { Claim } from '../../src/store/receipt-store.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { accepted, BOB, fact, keyOf, T0 } from '../support/facts.ts';
import { storeContract } from './contract/contract.ts';
import { dieOf, killWhileWriting } from './crash/killed.ts';
import { judging, made, NOW } from './judging.ts';
import { temporaryFile, temporaryPath } from './place.ts';
import { recordStatements, walksOf } from './query-plans.ts';

const CAROL = 'carol@example.org' as BareJid;
const CLAIM: Claim = {
  now: NOW,
  leaseUntil: NOW + 60_000,
  maxParcels: 10,
  maxReceipts: 10,
  except: [],
};

const statements = recordStatements();

storeContract('a SQLite file', async () => {
  const { path, remove } = await temporaryFile();
  return {
    open: () => openSqliteStore(path),
    crash: (act, death) => dieOf(path, act, death),
    killWhileWriting: () => killWhileWriting(path),
    remove,
  };
});

describe('a store that cannot be opened says why', () => {
  test('a store that was written by a newer version is not opened, and the error says so', async () => {
    const path = await temporaryPath();
    const database = new Database(path);
    database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
    expect(() => openSqliteStore(path)).toThrow(
      `store: ${path} was written by a newer xmpp-receipts (schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}); run that one`,
    );
  });

  test('a store in a folder that does not exist is not opened, and the error says so', async () => {
    const path = join(await temporaryPath(), 'no', 'folder.db');
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
    expect(() => openSqliteStore(path)).toThrow(`sqlite:${path}`);
  });

  test('a folder is not opened as a store, and the error says so', async () => {
    const path = dirname(await temporaryPath());
    expect(() => openSqliteStore(path)).toThrow(/cannot open .*Expected a file/);
  });

  test('a file that is no database is not opened, and the error says so', async () => {
    const path = await temporaryPath();
    await writeFile(path, 'this is no database, and long enough to be sure of it'.repeat(100));
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
  });

  test('a database whose tables are not those of its version is not opened, and the error names the table', async () => {
    const path = await temporaryPath();
    await openSqliteStore(path).close();
    const vandal = new Database(path);
    vandal.exec('DROP TABLE outbox');
    vandal.close();
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
    expect(() => openSqliteStore(path)).toThrow('no such table: main.outbox');
  });

  test('an address of an unknown kind is refused, and the error names the known one', () => {
    expect(() => openStore('mysql://db')).toThrow(
      'store: expected an address that starts with sqlite: or postgres://, found "mysql://db"',
    );
  });
});

describe('a store that an earlier version made', () => {
  /** As the first version left it: a message that waits for its recipient, its receipt, and a deleted account. */
  const ROWS = `
    INSERT INTO messages (sender, recipient, id, record, position, born) VALUES
      ('alice@example.org', 'bob@example.org', 'm1', '{"facts":[{"kind":"accepted","at":${T0},"side":"both","type":"chat","maySee":true},{"kind":"stored","at":${T0 + 1},"side":"both","where":"offline"}],"told":[{"status":"stored","at":${T0 + 1}}]}', ${T0}, ${NOW});
    INSERT INTO aliases (sender, recipient, alias, id, born) VALUES
      ('alice@example.org', 'bob@example.org', 'o1', 'm1', ${NOW});
    INSERT INTO outbox (sender, recipient, id, status, receipt, due) VALUES
      ('alice@example.org', 'bob@example.org', 'm1', 'stored', '{"key":{"sender":"alice@example.org","recipient":"bob@example.org","id":"m1"},"status":"stored","evidence":"server","at":${T0 + 1},"messageAt":${T0}}', ${NOW});
    INSERT INTO forgotten (account, at) VALUES ('carol@example.org', ${T0})`;

  async function openOld(): Promise<Store> {
    const path = await temporaryPath();
    const database = new Database(path);
    database.exec(MIGRATIONS[0] ?? '');
    database.exec(ROWS);
    database.pragma('user_version = 1');
    database.close();
    // The first time brings it up to date, the second finds it so.
    await openSqliteStore(path).close();
    const store = openSqliteStore(path);
    onTestFinished(() => store.close());
    return store;
  }

  test('a store of an earlier version holds what it held', async () => {
    const store = await openOld();
    const facts = [accepted(), fact('stored', 1)];
    expect(await store.records.find(keyOf('o1'))).toMatchObject({
      tracked: { key: keyOf('m1'), record: { facts } },
      recipient: {},
    });
    const [parcel] = await store.receipts.claim(CLAIM);
    expect(parcel?.receipts.map(({ status }) => status)).toEqual(['stored']);
    const early = { key: keyOf('c1', CAROL), facts: [accepted(), fact('failed', 0)] };
    expect(made(await store.records.update([early], judging())).receipts).toBe(0);
  });

  test('a store of an earlier version goes on where it was: told once, asked, ticked, pruned', async () => {
    const store = await openOld();
    const news = (...facts: readonly Fact[]) => [{ key: keyOf('m1'), facts }];
    expect(made(await store.records.update(news(fact('stored', 1)), judging())).receipts).toBe(0);
    await store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
    const asking = await store.records.update(news(fact('acked', 2)), judging());
    expect(made(asking)).toEqual({ receipts: 0, ticks: 0 });
    expect(await store.questions.waiting(BOB)).toHaveLength(1);
    const yes = [accepted(3, { token: 't' }), fact('approved', 4)];
    expect(made(await store.records.update(news(...yes), judging()))).toEqual({
      receipts: 1,
      ticks: 1,
    });
    expect(await store.upkeep.backlog()).toMatchObject({ ticks: 1, questions: 0 });
    const limits = { now: NOW, unacceptedBefore: 0, maxUnaccepted: 10, questionsBefore: 0 };
    await store.upkeep.prune({ ...limits, before: NOW + 1 });
    expect(await store.records.find(keyOf('m1'))).toBeUndefined();
  });
});

test('two stores have names of their own', async () => {
  const stores = [':memory:', ':memory:'].map((place) => openSqliteStore(place));
  const versions = await Promise.all(stores.map((it) => it.preferences.version('example.org')));
  await Promise.all(stores.map((it) => it.close()));
  expect(new Set(versions.map(({ epoch }) => epoch)).size).toBe(2);
});

test('only one daemon may use a store: a second is told so, and may run when the first has ended', async () => {
  const path = await temporaryPath();
  const lock = await lockStore(`sqlite:${path}`);
  await expect(lockStore(`sqlite:${path}`)).rejects.toThrow(
    `store: another xmpp-receipts runs on sqlite:${path}. One daemon for each store: stop that one, or give this one a store of its own.`,
  );
  await lock.release();
  await (await lockStore(`sqlite:${path}`)).release();
});

describe('no statement walks a table that grows', () => {
  /** Statements that walk all the same, and what bounds them. */
  const BOUNDED: Readonly<Record<string, RegExp>> = {
    'the newest 10,000':
      /^SCAN messages USING INDEX messages_by_age .* ORDER BY born DESC LIMIT 10000\)/,
    'as many as the page shows, and facts without a message, which are capped':
      /^SCAN messages USING INDEX messages_by_age .* WHERE position IS NOT NULL ORDER BY born DESC LIMIT \?\)/,
    'a thousand recipients': /^SCAN (recipients|r) WITH RECURSIVE recipients .* LIMIT 1000 \)/,
    'reminders that were ordered and have not left':
      /^SCAN watches USING INDEX watches_to_remind .* LIMIT \$limit$/,
    'as many as an operator sees': /^SCAN (questions|s) .* LIMIT \$limit$/,
    'the first row': /^SCAN (forgotten|preferences|mentions)\b.* SELECT 1 FROM \w+ LIMIT 1$/,
    'a table of one row': /^SCAN store /,
    'a row for each server': /^SCAN gaps /,
    'the names of the tables': /^SCAN sqlite_schema /,
    'as many as are excluded': /^SCAN json_each /,
    'as many as are kept, and a chunk': /^SCAN messages .* LIMIT \$room OFFSET \$most\)/,
    'as many as are counted at most':
      /^SCAN (s|ticks|questions) .* SELECT \(SELECT count\(\*\) .* LIMIT 100000\)/,
  };

  test('no statement of the contract walks a table that grows', () => {
    expect(statements.size).toBeGreaterThan(80);
    const walks = walksOf(statements).map(({ step, statement }) => `${step} ${statement}`);
    const reasons = Object.values(BOUNDED);
    expect(walks.filter((walk) => !reasons.some((reason) => reason.test(walk)))).toEqual([]);
    expect(reasons.filter((reason) => !walks.some((walk) => reason.test(walk)))).toEqual([]);
  });

  test('a statement that walks a table that grows is found', () => {
    const walking = [
      "DELETE FROM outbox WHERE 'a' IN (sender, recipient)",
      'SELECT count(*) FROM outbox WHERE parcel IS NOT NULL',
      'DELETE FROM messages WHERE born < $before',
    ];
    expect(walksOf(walking).map(({ statement }) => statement)).toEqual(walking);
  });
});
