import { open } from 'node:fs/promises';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { NO_CHANGES, type StoreAdapter, type Transaction } from '../../src/store/adapter.ts';
import { StoreConflict, untilNoConflict } from '../../src/store/conflict.ts';
import { BEFORE_ALL } from '../../src/store/contact-store.ts';
import { BEFORE_ALL_OPEN } from '../../src/store/open-port.ts';
import { expectingFailure, openDatabase } from '../../src/store/sqlite/database.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { Transactions } from '../../src/store/sqlite/transactions.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { storeOver } from '../../src/store/store-over-adapter.ts';
import type { Overdue } from '../../src/store/watch-store.ts';
import { ALICE, accepted, BOB, keyOf, T0 } from '../support/facts.ts';
import { judging, made, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

const MESSAGE = {
  tracked: { key: keyOf('m1'), record: { facts: [accepted()] }, told: [] },
  position: T0,
  wake: undefined,
  firstSeen: NOW,
};

function opened(path: string): { adapter: StoreAdapter; store: Store } {
  const adapter = openSqlite(path);
  onTestFinished(() => adapter.close());
  return { adapter, store: storeOver(adapter) };
}

/** A transaction that has written something and waits. */
function writeSlowly(adapter: StoreAdapter, during: () => Promise<unknown>): Promise<void> {
  return adapter.write(async (transaction) => {
    await transaction.save({ ...NO_CHANGES, messages: [MESSAGE] });
    await during();
  });
}

test('nobody reads in a transaction of somebody else, though it waits', async () => {
  const { adapter, store } = opened(await temporaryPath());
  const order: string[] = [];
  const writing = writeSlowly(adapter, () => sleep(20)).then(() => order.push('written'));
  const found = store.records.find(keyOf('m1')).then((message) => {
    order.push('found');
    return message;
  });
  await writing;
  expect((await found)?.tracked.key).toEqual(keyOf('m1'));
  expect(order).toEqual(['written', 'found']);
});

test('nobody writes in a transaction of somebody else: what fails takes nothing else with it', async () => {
  const { adapter, store } = opened(await temporaryPath());
  const failing = writeSlowly(adapter, async () => {
    await nextTurn();
    throw new Error('fails');
  });
  const others = [
    store.records.update([{ key: keyOf('m2'), facts: [accepted()] }], judging()),
    store.preferences.change(BOB, { change: () => ({ policy: 'refuse' }), now: NOW }),
  ];
  await expect(failing).rejects.toThrow('fails');
  await Promise.all(others);
  expect(await store.records.find(keyOf('m1'))).toBeUndefined();
  expect(await store.records.find(keyOf('m2'))).toBeDefined();
  expect(await store.preferences.get(BOB)).toEqual({ policy: 'refuse' });
});

test('whoever waits for the lock of another connection lets the rest of the process go on', async () => {
  const path = await temporaryPath();
  const [one, other] = [opened(path), opened(path)];
  const order: string[] = [];
  // If waiting held up the process, these turns would take longer than anybody waits for a lock.
  const writing = writeSlowly(one.adapter, async () => {
    for (let turn = 0; turn < 50; turn += 1) await sleep(2);
    order.push('the holder went on');
  });
  const news = [{ key: keyOf('m2'), facts: [accepted()] }];
  expect(made(await other.store.records.update(news, judging())).receipts).toBe(0);
  order.push('the waiter had the lock');
  await writing;
  expect(order).toEqual(['the holder went on', 'the waiter had the lock']);
  expect(await one.store.records.find(keyOf('m2'))).toBeDefined();
});

test('work that waited long for its turn is run once more before it is given up', async () => {
  let runs = 0;
  const work = async () => {
    await sleep(20);
    runs += 1;
    if (runs === 1) throw new StoreConflict('another one was quicker', { remedy: 'wait' });
    return runs;
  };
  expect(await untilNoConflict(work, 10)).toBe(2);
});

test('work that meets others is run again, and at last the store is unavailable', async () => {
  let runs = 0;
  const work = async () => {
    runs += 1;
    if (runs < 4)
      throw new StoreConflict('another one was quicker', { remedy: 'End the other one' });
    return runs;
  };
  expect(await untilNoConflict(work)).toBe(4);
  const never = async () => {
    throw new StoreConflict('another one was quicker', { remedy: 'End the other one' });
  };
  const failing = untilNoConflict(never, 30);
  await expect(failing).rejects.toThrow(StoreUnavailable);
  await expect(failing).rejects.toThrow(
    'store: busy for 30 ms: another one was quicker. End the other one',
  );
});

test('an error of the work is not tried again', async () => {
  let runs = 0;
  const work = async () => {
    runs += 1;
    throw new Error('our bug');
  };
  await expect(untilNoConflict(work)).rejects.toThrow('our bug');
  expect(runs).toBe(1);
});

test('the patience does not depend on the clock of the day', async () => {
  const { now } = Date;
  onTestFinished(() => {
    Date.now = now;
  });
  let runs = 0;
  const work = async () => {
    runs += 1;
    Date.now = () => now() + 3_600_000;
    if (runs < 3)
      throw new StoreConflict('another one was quicker', { remedy: 'End the other one' });
    return runs;
  };
  expect(await untilNoConflict(work)).toBe(3);
});

test('an error of the work is not lost by a rollback that fails, and the next one waits for it', async () => {
  const path = await temporaryPath();
  const database = openDatabase(path);
  onTestFinished(() => void database.close());
  const transactions = new Transactions(database, {} as Transaction);
  let rows: IterableIterator<unknown> | undefined;
  const failing = transactions.run('BEGIN IMMEDIATE', async () => {
    // While rows are being read, the driver runs nothing else.
    rows = database.prepare('SELECT 1 UNION SELECT 2').iterate();
    throw new Error('our bug');
  });
  await expect(failing).rejects.toThrow('our bug');
  const next = () => transactions.run('BEGIN IMMEDIATE', async () => 'done');
  await expect(next()).rejects.toThrow(StoreUnavailable);
  rows?.return?.();
  expect(await next()).toBe('done');
});

const LEASE = { now: NOW, leaseUntil: NOW + 1, dueUntil: NOW, except: [] };
const CONTACT = { account: ALICE, address: 'receipts.example.org' as BareJid };
const WATCH: Overdue = {
  key: keyOf('m1'),
  position: T0,
  goal: 'displayed',
  within: 1,
  deadline: T0 + 1,
  server: 'example.org',
  state: 'overdue',
  lease: 0,
  notice: 'watch-1',
  proof: { key: keyOf('m1'), status: 'sent', evidence: 'server', at: T0, messageAt: T0 },
};
const VERBS: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  'records.update': (store) =>
    store.records.update([{ key: keyOf('m1'), facts: [accepted()] }], judging()),
  'records.find': (store) => store.records.find(keyOf('m1')),
  'records.latest': (store) => store.records.latest(ALICE, undefined, 10),
  'records.newest': (store) => store.records.newest(undefined, 10),
  'records.due': (store) => store.records.due(NOW, 10),
  'open.to': (store) => store.open.to(BOB, BEFORE_ALL_OPEN, 10),
  'open.kept': (store) => store.open.kept(undefined, 10),
  'records.hasten': (store) => store.records.hasten(NOW, NOW, 1),
  'records.lookLater': (store) => store.records.lookLater(keyOf('m1'), NOW),
  'receipts.claim': (store) => store.receipts.claim({ ...LEASE, maxParcels: 1, maxReceipts: 1 }),
  'receipts.takeApart': (store) => store.receipts.takeApart('r-1'),
  'receipts.settle': (store) => store.receipts.settle(['r-1'], NOW),
  'receipts.postpone': (store) => store.receipts.postpone({ id: 'r-1', to: ALICE }, () => NOW),
  'preferences.takeIn': (store) =>
    store.preferences.takeIn([{ account: ALICE, policies: { policy: 'refuse' } }], {
      merge: (ours) => ours,
      now: NOW,
    }),
  'preferences.lastNumberOf': (store) => store.preferences.lastNumberOf('elsewhere'),
  'upkeep.forget': (store) => store.upkeep.forget(ALICE, T0),
  'upkeep.prune': (store) =>
    store.upkeep.prune({
      now: NOW,
      before: 0,
      unacceptedBefore: 0,
      maxUnaccepted: 0,
      questionsBefore: 0,
    }),
  'survey.countBefore': (store) => store.survey.countBefore(NOW, undefined, 10),
  'survey.waitingReceipts': (store) => store.survey.waitingReceipts(undefined, 10),
  'survey.countOf': (store) => store.survey.countOf(ALICE, undefined, 10),
  'survey.messagesOf': (store) => store.survey.messagesOf(ALICE, undefined, 10),
  'upkeep.clock': (store) => store.upkeep.clock(),
  'upkeep.keepClock': (store) => store.upkeep.keepClock({ seen: NOW, ahead: 0 }),
  'upkeep.gaps': (store) => store.upkeep.gaps(),
  'upkeep.noteGap': (store) => store.upkeep.noteGap('example.org', T0),
  'upkeep.backlog': (store) => store.upkeep.backlog(),
  'preferences.get': (store) => store.preferences.get(ALICE),
  'preferences.change': (store) =>
    store.preferences.change(ALICE, { change: (before) => before, now: NOW }),
  'preferences.version': (store) => store.preferences.version('example.org'),
  'preferences.changedSince': (store) => store.preferences.changedSince('example.org', 0, 1),
  'preferences.withPolicy': (store) => store.preferences.withPolicy('example.org', '', 1),
  'asking.claim': (store) => store.asking.claim({ ...LEASE, maxRecipients: 1 }),
  'asking.settle': (store) => store.asking.settle(BOB, [1]),
  'questions.show': (store) => store.questions.show(BOB),
  'asking.unask': (store) => store.asking.unask(BOB, [1], NOW),
  'questions.remind': (store) => store.questions.remind(BOB, [1], NOW),
  'questions.waiting': (store) => store.questions.waiting(BOB),
  'questions.waitingForAll': (store) => store.questions.waitingForAll(undefined, 10),
  'questions.shownOf': (store) => store.questions.shownOf(BOB, 1),
  'questions.messagesOf': (store) => store.questions.messagesOf(BOB),
  'ticks.claim': (store) =>
    store.ticks.claim({ now: NOW, leaseUntil: NOW, domain: 'example.org', limit: 1 }),
  'ticks.settle': (store) => store.ticks.settle([1]),
  'ticks.postpone': (store) => store.ticks.postpone([1], NOW),
  'watches.open': (store) => store.watches.open(WATCH),
  'watches.due': (store) => store.watches.due([['example.org', T0]], 1),
  'watches.expire': (store) => store.watches.expire(WATCH, WATCH),
  'watches.close': (store) => store.watches.close(WATCH),
  'watches.again': (store) => store.watches.again(WATCH, { within: 1, deadline: T0 }),
  'watches.of': (store) => store.watches.of(ALICE),
  'notices.claim': (store) => store.notices.claim({ ...LEASE, limit: 1 }),
  'notices.settle': (store) => store.notices.settle([WATCH]),
  'notices.postpone': (store) => store.notices.postpone(WATCH, NOW),
  'reminders.order': (store) => store.reminders.order(WATCH, { now: NOW, since: NOW, limit: 1 }),
  'reminders.ordered': (store) => store.reminders.ordered(['example.org'], 1),
  'reminders.take': (store) => store.reminders.take(WATCH),
  'contacts.add': (store) => store.contacts.add(CONTACT, NOW),
  'contacts.remove': (store) => store.contacts.remove(CONTACT),
  'contacts.page': (store) => store.contacts.page(BEFORE_ALL, 1),
  'limits.get': (store) => store.limits.get('receipts.example.org'),
  'limits.keep': (store) =>
    store.limits.keep({ domain: 'receipts.example.org', bytes: 10_000, at: NOW, version: '1' }),
};

test('the list of verbs in this test names all verbs of the store', async () => {
  const { store } = opened(await temporaryPath());
  const verbs = Object.entries(store).flatMap(([part, its]) =>
    Object.keys(its).map((verb) => `${part}.${verb}`),
  );
  expect(verbs.toSorted()).toEqual(Object.keys(VERBS).toSorted());
});

test('no part of the store has more than seven verbs', async () => {
  const { store } = opened(await temporaryPath());
  const counts = Object.values(store).map((part) => Object.keys(part).length);
  expect(Math.max(...counts)).toBeLessThanOrEqual(7);
});

/** They read only what the opening of the store has just written: that is not in the damaged pages. */
const READ_WHAT_IS_NEW = ['preferences.lastNumberOf'];

test.each(Object.entries(VERBS).filter(([name]) => !READ_WHAT_IS_NEW.includes(name)))(
  '%s says that the store is unavailable when the file is damaged',
  async (_, verb) => {
    const path = await temporaryPath();
    await openSqlite(path).close();
    const { store } = opened(path);
    await damageTables(path);
    await expect(verb(store)).rejects.toThrow(StoreUnavailable);
  },
);

test.each([
  ['the disk is full', 'SQLITE_FULL', 'Make room on the disk'],
  ['the file may not be written', 'SQLITE_READONLY_DBMOVED', 'Let the daemon write the file'],
  ['the disk fails', 'SQLITE_IOERR_FSYNC', 'Check the disk and its mount'],
  [
    'the file is damaged',
    'SQLITE_CORRUPT_VTAB',
    'Stop the daemon and put a backup of the file in its place',
  ],
  ['it fails in another way', 'SQLITE_AUTH', 'Check the disk and the log of the system'],
])('when %s, the error says what to do', async (_, code, remedy) => {
  const failing = expectingFailure(async () => {
    throw new Database.SqliteError('it fails', code);
  });
  await expect(failing).rejects.toThrow(`store: it fails (${code}). ${remedy}`);
});

/** Every page with rows, or with an index, is filled with nonsense; the schema stays. */
async function damageTables(path: string): Promise<void> {
  const database = new Database(path, { readonly: true });
  const size = Number(database.pragma('page_size', { simple: true }));
  const roots = database.prepare('SELECT rootpage FROM sqlite_master WHERE rootpage > 0').all();
  database.close();
  const file = await open(path, 'r+');
  for (const { rootpage } of roots as { rootpage: number }[])
    await file.write(Buffer.alloc(size, 0xff), 0, size, (rootpage - 1) * size);
  await file.close();
}

test.each([
  ['a statement that is wrong', 'SELECT nothing', 'SQLITE_ERROR'],
  ['text that is no JSON', "SELECT json_extract('{', '$.a')", 'SQLITE_ERROR'],
  ['a value of another type', "INSERT INTO ticks (number) VALUES ('x')", 'SQLITE_MISMATCH'],
  ['a row that may not be', 'INSERT INTO ticks (number) VALUES (1)', 'SQLITE_CONSTRAINT_NOTNULL'],
])('%s is an error of our own, and not of the store', async (_, sql, code) => {
  const database = openDatabase(':memory:');
  onTestFinished(() => void database.close());
  const transactions = new Transactions(database, {} as Transaction);
  const working = transactions.run('BEGIN IMMEDIATE', async () => database.exec(sql));
  await expect(working).rejects.toMatchObject({ name: 'SqliteError', code });
});

test('a record that cannot be read is an error of that message, and not of the store', async () => {
  const path = await temporaryPath();
  const { store } = opened(path);
  await store.records.update([{ key: keyOf('m1'), facts: [accepted()] }], judging());
  const vandal = new Database(path);
  vandal.exec(`UPDATE messages SET record = '{'`);
  vandal.close();
  await expect(store.records.find(keyOf('m1'))).rejects.toThrow(SyntaxError);
  expect(await store.records.find(keyOf('m2'))).toBeUndefined();
});
