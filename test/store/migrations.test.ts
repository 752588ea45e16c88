import Database from 'better-sqlite3';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { BEFORE_ALL } from '../../src/store/contact-store.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf, T0 } from '../support/facts.ts';
import { judging, made, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

const CAROL = 'carol@example.org' as BareJid;

/** A row or more in every table of the second version, as it left them. */
const ROWS = `
  INSERT INTO messages (sender, recipient, id, record, position, wake, born) VALUES
    ('alice@example.org', 'bob@example.org', 'm1', '{"facts":[{"kind":"accepted","at":${T0},"side":"both","type":"chat","maySee":true},{"kind":"stored","at":${T0 + 1},"side":"both","where":"offline"}],"told":[{"status":"stored","at":${T0 + 1}}],"asked":${T0}}', ${T0}, ${NOW + 500}, ${NOW});
  INSERT INTO aliases VALUES ('alice@example.org', 'bob@example.org', 'o1', 'm1', ${NOW});
  INSERT INTO read_up_to VALUES ('alice@example.org', 'bob@example.org', ${T0 - 9}, ${T0});
  INSERT INTO outbox (sender, recipient, id, status, receipt, due, lease, parcel, tries, taken) VALUES
    ('alice@example.org', 'bob@example.org', 'm1', 'stored', ${receipt('m1')}, ${NOW}, 0, NULL, 0, NULL),
    ('alice@example.org', 'bob@example.org', 'm2', 'stored', ${receipt('m2')}, ${NOW}, ${NOW + 5000}, 'r-lent', 0, NULL),
    ('alice@example.org', 'bob@example.org', 'm3', 'stored', ${receipt('m3')}, ${NOW + 9000}, 0, 'r-back', 2, NULL),
    ('alice@example.org', 'bob@example.org', 'm4', 'stored', ${receipt('m4')}, NULL, ${NOW}, 'r-taken', 0, ${NOW});
  INSERT INTO forgotten VALUES ('carol@example.org', ${T0});
  INSERT INTO preferences VALUES ('bob@example.org', 'example.org', '{"policy":"manual"}', 1, ${NOW});
  INSERT INTO preferences VALUES
    ('carol@example.org', 'example.org', '{"exceptions":{"xn--bcher-kva.test":"refuse","bücher.test":"automatic","ann@xn--bcher-kva.test":"manual","example.net":"manual"}}', 0, ${NOW}),
    ('dave@example.org', 'example.org', '{"exceptions":{"bücher.test":"refuse"}}', 0, ${NOW});
  UPDATE store SET epoch = 'e2', number = 1;
  INSERT INTO questions VALUES ('bob@example.org', 1, 'alice@example.org', ${NOW}, ${NOW + 3000}, 0);
  INSERT INTO asked_messages VALUES ('bob@example.org', 'alice@example.org', 'm1', 1, ${T0}, 0, ${NOW});
  INSERT INTO question_numbers VALUES ('bob@example.org', 1, ${NOW});
  INSERT INTO ticks (sender, recipient, id, domain, tick, due) VALUES
    ('alice@example.org', 'bob@example.org', 'm1', 'example.org', '{"key":{"sender":"alice@example.org","recipient":"bob@example.org","id":"m1"},"token":"t","reason":"acked"}', ${NOW});`;

function receipt(id: string): string {
  const key = { sender: ALICE, recipient: BOB, id };
  const told = { key, status: 'stored', evidence: 'server', at: T0 + 1, messageAt: T0 };
  return `'${JSON.stringify(told)}'`;
}

describe('a store of the second version', () => {
  let store: Store;

  beforeEach(async () => {
    const path = await temporaryPath();
    const database = new Database(path);
    for (const migration of MIGRATIONS.slice(0, 2)) database.exec(migration);
    database.exec(ROWS);
    database.pragma('user_version = 2');
    database.close();
    // The first time brings it up to date, the second finds it so.
    await openSqliteStore(path).close();
    store = openSqliteStore(path);
    onTestFinished(() => store.close());
  });

  async function claimed(now: number): Promise<readonly (readonly [string, number])[]> {
    const all = { leaseUntil: now + 60_000, maxParcels: 9, maxReceipts: 99, except: [] };
    const parcels = await store.receipts.claim({ now, ...all });
    return parcels.map(({ receipts, tries }) => [receipts.map(({ key }) => key.id).join(), tries]);
  }

  test('a migrated store holds its messages, marks and choices', async () => {
    expect(await store.records.find(keyOf('o1'))).toMatchObject({
      tracked: { key: keyOf('m1'), asked: T0 },
      readUpTo: { position: T0 - 9 },
      recipient: { policy: 'manual' },
    });
    expect(await store.records.due(NOW + 500, 9)).toEqual([keyOf('m1')]);
    expect(await store.preferences.lastNumberOf('e2')).toBe(3);
    expect((await store.preferences.version('example.org')).number).toBe(3);
    const early = { key: keyOf('c1', CAROL), facts: [accepted(), fact('failed', 0)] };
    expect(made(await store.records.update([early], judging())).receipts).toBe(0);
  });

  test('a migrated store has exceptions in every spelling, the stricter one, and tells the servers', async () => {
    const changed = await store.preferences.changedSince('example.org', 1, 9);
    expect(changed.map(({ account, number }) => [account, number])).toEqual([
      [CAROL, 2],
      ['dave@example.org', 3],
    ]);
    expect((await store.preferences.get(CAROL)).exceptions).toEqual({
      'xn--bcher-kva.test': 'refuse',
      'bücher.test': 'refuse',
      'ann@xn--bcher-kva.test': 'manual',
      'ann@bücher.test': 'manual',
      'example.net': 'manual',
    });
  });

  test('a migrated store lends each receipt when it is due, and none that was taken', async () => {
    expect(await claimed(NOW)).toEqual([['m1', 0]]);
    expect(await claimed(NOW + 4999)).toEqual([]);
    expect(await claimed(NOW + 5000)).toEqual([['m2', 0]]);
    expect(await claimed(NOW + 9000)).toEqual([['m3', 2]]);
    expect(await store.receipts.postpone({ id: 'r-taken', to: ALICE }, () => NOW)).toBe(
      'postponed',
    );
  });

  test('a migrated store takes back a receipt that waits', async () => {
    const late = { key: keyOf('m1'), facts: [fact('received', 2)] };
    await store.records.update([late], judging());
    expect(await claimed(NOW)).toEqual([]);
  });

  test('a migrated store lends the questions and ticks that waited', async () => {
    const asking = { leaseUntil: NOW + 60_000, dueUntil: NOW + 3000, maxRecipients: 9, except: [] };
    expect(await store.asking.claim({ now: NOW + 2999, ...asking })).toEqual([]);
    expect(await store.asking.claim({ now: NOW + 3000, ...asking })).toMatchObject([
      { recipient: BOB, questions: [{ number: 1, messages: 1, from: T0, to: T0 }] },
    ]);
    const ordering = { domain: 'example.org', leaseUntil: NOW + 60_000, limit: 9 };
    expect(await store.ticks.claim({ now: NOW, ...ordering })).toHaveLength(1);
    expect(await store.upkeep.backlog()).toEqual({ receipts: 3, ticks: 1, questions: 1 });
  });

  test('a migrated store knows nobody who has us among the contacts, and learns it', async () => {
    const bot = 'receipts@receipts.example.org' as BareJid;
    expect(await store.contacts.page(BEFORE_ALL, 9)).toEqual([]);
    await store.contacts.add({ account: ALICE, address: bot }, NOW);
    expect(await store.contacts.page(BEFORE_ALL, 9)).toEqual([{ account: ALICE, address: bot }]);
  });

  test('a migrated store knows no longest stanza, and keeps one', async () => {
    const limit = { domain: 'receipts.example.org', bytes: 20_000, at: NOW, version: '1' };
    expect(await store.limits.get(limit.domain)).toBeUndefined();
    await store.limits.keep(limit);
    expect(await store.limits.get(limit.domain)).toEqual(limit);
  });

  test('a migrated store forgets all of a deleted account', async () => {
    for (let isMore = true; isMore; ) isMore = (await store.upkeep.forget(BOB, T0 + DAY)).isMore;
    expect(await store.upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
    expect(await store.records.find(keyOf('m1'))).toBeUndefined();
    expect(await claimed(NOW + 60_000)).toEqual([]);
  });
});
