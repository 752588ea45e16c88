import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Store } from '../../src/store/store.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf, T0 } from '../support/facts.ts';
import { upgraded } from './first-store.ts';
import { judging, made, NOW } from './judging.ts';

const RIGHT = 'eve@bücher.test' as BareJid;
const OLD = 'eve@xn--bcher-kva.test' as BareJid;

function messageRow(recipient: string, record: object): string {
  return `INSERT INTO messages (sender, recipient, id, record, position, wake, born) VALUES
    ('${ALICE}', '${recipient}', 'm1', '${JSON.stringify(record)}', ${T0}, NULL, ${NOW});`;
}

function receiptRow(recipient: string, status: string, sending: string): string {
  const key = { sender: ALICE, recipient, id: 'm1' };
  const receipt = { key, status, evidence: 'server', at: T0 + 1, messageAt: T0 };
  return `INSERT INTO outbox (sender, recipient, id, status, receipt, due, parcel, taken) VALUES
    ('${ALICE}', '${recipient}', 'm1', '${status}', '${JSON.stringify(receipt)}', ${sending});`;
}

const UNSENT = `${NOW}, NULL, NULL`;
const TAKEN = `NULL, 'r-taken', ${NOW}`;
const PARCEL = `${NOW}, 'r-sent', NULL`;

describe('one message that an older daemon kept in two spellings', () => {
  const told = (status: string) => [{ status, at: T0 + 1 }];
  const stored = { facts: [accepted(), fact('stored', 1)], told: told('stored') };
  const failed = { facts: [accepted(1), fact('failed', 2)], told: told('failed') };

  async function parcelsOf(store: Store) {
    const claim = { leaseUntil: NOW + 90_000, maxParcels: 9, maxReceipts: 99, except: [] };
    const parcels = await store.receipts.claim({ now: NOW, ...claim });
    return parcels.flatMap(({ receipts }) =>
      receipts.filter(({ key }) => key.id === 'm1').map(({ status }) => status),
    );
  }

  test('is one message with the facts of both', async () => {
    const store = await upgraded(messageRow(OLD, stored) + messageRow(RIGHT, failed), []);
    const found = await store.records.find(keyOf('m1', ALICE, RIGHT));
    expect(found?.tracked.record.facts.map(({ kind }) => kind)).toEqual([
      'accepted',
      'accepted',
      'stored',
      'failed',
    ]);
    expect(found?.tracked.told.map(({ status }) => status).toSorted()).toEqual([
      'failed',
      'stored',
    ]);
    expect(await store.records.find(keyOf('m1', ALICE, OLD))).toBeUndefined();
    expect(await store.records.latest(ALICE, RIGHT, 9)).toHaveLength(1);
  });

  test.each([
    ['was taken in one and waits in the other', TAKEN, UNSENT, []],
    ['waits in the first and was taken in the other', UNSENT, TAKEN, []],
    ['was sent in one and was taken in the other', PARCEL, TAKEN, []],
    ['waits in the first and was sent in the other', UNSENT, PARCEL, ['stored']],
    ['was sent in one and waits in the other', PARCEL, UNSENT, ['stored']],
  ])('is told once, if a receipt %s', async (_, old, right, sent) => {
    const rows = messageRow(OLD, stored) + messageRow(RIGHT, stored);
    const receipts = receiptRow(OLD, 'stored', old) + receiptRow(RIGHT, 'stored', right);
    const store = await upgraded(rows + receipts, []);
    const key = keyOf('m1', ALICE, RIGHT);
    for (const due of await store.records.due(NOW, 99))
      await store.records.update([{ key: due, facts: [] }], judging());
    expect(await parcelsOf(store)).toEqual(sent);
    const again = await store.records.update([{ key, facts: [fact('stored', 1)] }], judging());
    expect(made(again).receipts).toBe(0);
  });

  test('is told what waits in both, the furthest of it', async () => {
    const rows = messageRow(OLD, stored) + messageRow(RIGHT, failed);
    const receipts = receiptRow(OLD, 'stored', UNSENT) + receiptRow(RIGHT, 'failed', UNSENT);
    const store = await upgraded(rows + receipts, []);
    expect(await parcelsOf(store)).toEqual([]);
    const due = await store.records.due(NOW, 99);
    expect(due).toContainEqual(keyOf('m1', ALICE, RIGHT));
    const judged = due.map((key) => ({ key, facts: [] }));
    await store.records.update(judged, judging());
    expect(await parcelsOf(store)).toEqual(['failed']);
  });

  test('is asked about once, and what was shown can be answered', async () => {
    const asked = { facts: [accepted(), fact('sent', 1)], asked: T0 };
    const from = (sender: string, number: number, shown: number) => `
      ${messageRow(BOB, asked).replace(ALICE, sender).replace("'m1'", "'q1'")}
      INSERT INTO questions VALUES ('${BOB}', ${number}, '${sender}', ${NOW}, ${shown ? 'NULL' : NOW}, 0);
      INSERT INTO asked_messages VALUES ('${BOB}', '${sender}', 'q1', ${number}, ${T0}, ${shown}, ${NOW});`;
    const store = await upgraded(from(OLD, 7, 1) + from(RIGHT, 8, 0), ['example.org']);
    const waiting = await store.questions.waiting(BOB);
    expect(waiting.map(({ number, sender }) => [number, sender])).toContainEqual([7, RIGHT]);
    expect(waiting.map(({ number }) => number)).not.toContain(8);
    expect(await store.questions.shownOf(BOB, 7)).toMatchObject([{ key: keyOf('q1', RIGHT) }]);
  });

  test('is kept as it was sound, if the other of the two is damaged', async () => {
    const damaged = messageRow(OLD, stored).replace('{"facts"', '{"fac');
    const store = await upgraded(damaged + messageRow(RIGHT, failed), []);
    const found = await store.records.find(keyOf('m1', ALICE, RIGHT));
    expect(found?.tracked.told).toMatchObject(told('failed'));
  });
});

test('two choices that an older daemon kept for one account become one, the stricter', async () => {
  const row = (account: string, preferences: object, number: number) => `
    INSERT INTO preferences VALUES ('${account}', 'bücher.test', '${JSON.stringify(preferences)}', ${number}, ${NOW});`;
  const old = { policy: 'refuse', exceptions: { [BOB]: 'automatic' }, language: 'zh' };
  const right = { policy: 'automatic', exceptions: { 'a@spam.example': 'manual' }, text: true };
  const rows = `${row(OLD, old, 5)} ${row(RIGHT, right, 6)} UPDATE store SET number = 6;`;
  const store = await upgraded(rows, ['bücher.test']);
  expect(await store.preferences.get(RIGHT)).toEqual({
    policy: 'refuse',
    exceptions: { [BOB]: 'automatic', 'a@spam.example': 'refuse' },
    language: 'zh',
    text: true,
  });
  const changed = await store.preferences.changedSince('bücher.test', 6, 9);
  expect(changed.map(({ account }) => account)).toEqual([RIGHT]);
});

test('a message of another hour under the same id stays a message of its own', async () => {
  const later = { facts: [accepted(3 * HOUR), fact('stored', 3 * HOUR + 1)], told: [] };
  const early = {
    facts: [accepted(), fact('stored', 1)],
    told: [{ status: 'stored', at: T0 + 1 }],
  };
  const rows = messageRow(OLD, early) + messageRow(RIGHT, later);
  const store = await upgraded(rows + receiptRow(OLD, 'stored', TAKEN), []);
  const key = keyOf('m1', ALICE, RIGHT);
  const look = await store.records.update(
    [{ key, facts: [] }],
    judging({ completeUpTo: T0 + 4 * HOUR }),
  );
  // For programs, and in words, which Alice wants.
  expect(made(look).receipts).toBe(2);
});
