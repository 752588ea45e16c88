import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf, T0 } from '../support/facts.ts';
import { judging, made, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

// The file was written by the code of the second version of the tables, through its own verbs, and
// closed. It is not made anew: what that code wrote is what is out there.
const FILE = new URL('fixtures/second-version.sqlite.gz', import.meta.url);
const EPOCH = 'fb1974a434ec1cb2';

const [CAROL, DAVE, EVE] = ['carol', 'dave', 'eve'].map(
  (name) => `${name}@example.org` as BareJid,
) as [BareJid, BareJid, BareJid];

let store: Store;

beforeEach(async () => {
  const path = await temporaryPath();
  await writeFile(path, gunzipSync(await readFile(FILE)));
  store = openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
});

async function kept(key: MessageKey) {
  const found = await store.records.find(key);
  return found && { facts: found.tracked.record.facts, told: found.tracked.told, found };
}

test('all that users chose is kept, and servers that hold it are sent nothing anew', async () => {
  expect(await store.preferences.get(BOB)).toEqual({
    policy: 'manual',
    exceptions: { 'spam.example': 'refuse', 'carol@example.org': 'client' },
  });
  expect(await store.preferences.get(CAROL)).toEqual({ policy: 'refuse', tellDeclined: true });
  expect(await store.preferences.get(DAVE)).toEqual({});
  expect(await store.preferences.get(ALICE)).toEqual({
    text: true,
    language: 'zh',
    statuses: ['stored', 'failed'],
  });
  expect(await store.preferences.lastNumberOf(EPOCH)).toBe(4);
  expect(await store.preferences.changedSince('example.org', 4, 9)).toEqual([]);
});

test('every fact of every message is kept, with what was told of it', async () => {
  const told = (status: string, after: number) => ({ status, at: T0 + after });
  const from = (sender: BareJid, id: string, to = EVE) => keyOf(id, sender, to);
  const messages = [
    [from(ALICE, 'taken', DAVE), [accepted(0), fact('stored', 1)], [told('stored', 1)]],
    [from(CAROL, 'lent', DAVE), [accepted(2), fact('stored', 3)], [told('stored', 3)]],
    [
      from(DAVE, 'failed', 'eve@example.net' as BareJid),
      [accepted(6), fact('failed', 7)],
      [told('failed', 7)],
    ],
    [
      from(ALICE, 'asked', BOB),
      [accepted(10, { token: 'tok-asked' }), fact('sent', 11), fact('acked', 12)],
      [],
    ],
    [
      from(ALICE, 'refused', CAROL),
      [
        accepted(30, { policy: 'refuse' }),
        fact('sent', 31),
        fact('received', 32, { withheld: true }),
      ],
      [],
    ],
    [
      from(DAVE, 'again'),
      [accepted(40), fact('stored', 41), accepted(3 * HOUR), fact('stored', 3 * HOUR + 1)],
      [told('stored', 41), told('stored', 3 * HOUR + 1)],
    ],
    [from(DAVE, 'grace'), [accepted(50), fact('sent', 51)], []],
    [from(EVE, 'early', DAVE), [fact('received', 60)], []],
  ] as const;
  for (const [key, facts, its] of messages)
    expect(await kept(key)).toMatchObject({ facts, told: its });
  expect((await kept(from(EVE, 'origin-unsent', DAVE)))?.found.tracked.key.id).toBe('unsent');
  expect((await kept(from(DAVE, 'read-1')))?.found.readUpTo).toEqual({
    position: T0 + 22,
    at: T0 + 24,
  });
});

test('what waits is sent once, and what was taken or told is not', async () => {
  const claim = { leaseUntil: NOW + 90_000, maxParcels: 9, maxReceipts: 99, except: [] };
  const parcels = await store.receipts.claim({ now: NOW + 60_001, ...claim });
  const ids = parcels.flatMap(({ receipts }) => receipts.map(({ key }) => key.id));
  expect(ids.toSorted()).toEqual(['again', 'again', 'failed', 'lent', 'unsent', 'yes']);
  const repeat = { key: keyOf('taken', ALICE, DAVE), facts: [fact('stored', 1)] };
  expect(made(await store.records.update([repeat], judging())).receipts).toBe(0);
  const ticks = await store.ticks.claim({
    domain: 'example.org',
    now: NOW + 60_001,
    leaseUntil: NOW + 90_000,
    limit: 9,
  });
  expect(ticks.map(({ tick }) => [tick.key.id, tick.token])).toEqual([['yes', 'tok-yes']]);
});

test('the open question is still open, is the one that was shown, and can be answered', async () => {
  expect(await store.questions.waiting(BOB)).toMatchObject([
    { number: 1, sender: ALICE, messages: 1 },
  ]);
  expect(await store.questions.shownOf(BOB, 1)).toMatchObject([{ key: keyOf('asked') }]);
  const yes = { key: keyOf('asked'), facts: [fact('approved', 70)] };
  // Alice wants no receipt of that status; her client has its tick.
  expect(made(await store.records.update([yes], judging()))).toEqual({ receipts: 0, ticks: 1 });
  expect(await store.questions.waiting(BOB)).toEqual([]);
});

test('whoever was deleted stays deleted, and what waits for its time is looked at', async () => {
  const gone = { key: keyOf('m1', 'gone@example.org' as BareJid), facts: [accepted(-1)] };
  await store.records.update([gone], judging());
  expect(await store.records.find(gone.key)).toBeUndefined();
  const due = await store.records.due(NOW + 5_001, 9);
  expect(due).toContainEqual(keyOf('grace', DAVE, EVE));
});
