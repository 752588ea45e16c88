import { expect, onTestFinished, test } from 'vitest';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { accepted, BOB, keyOf } from '../support/facts.ts';
import { judging, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

const REFUSES: Preferences = { policy: 'refuse' };
const AUTOMATIC: Preferences = { policy: 'automatic' };

test('a message is judged by what its recipient chose since the one before', async () => {
  const store = openedAt(await temporaryPath());
  await choose(store, REFUSES);
  expect(await seenByJudge(store)).toEqual(REFUSES);
  await choose(store, AUTOMATIC);
  expect(await seenByJudge(store)).toEqual(AUTOMATIC);
});

test('a message is judged by what another process wrote about its recipient', async () => {
  const path = await temporaryPath();
  const [store, other] = [openedAt(path), openedAt(path)];
  await choose(store, REFUSES);
  expect(await seenByJudge(store)).toEqual(REFUSES);
  await choose(other, AUTOMATIC);
  expect(await seenByJudge(store)).toEqual(AUTOMATIC);
});

test('nothing of a deleted account is remembered', async () => {
  const store = openedAt(await temporaryPath());
  await choose(store, REFUSES);
  expect(await seenByJudge(store)).toEqual(REFUSES);
  await store.upkeep.forget(BOB, NOW * 1000 - 1);
  expect(await seenByJudge(store)).toEqual(REFUSES);
  await store.upkeep.forget(BOB, NOW * 1000);
  expect(await seenByJudge(store, 1)).toEqual({});
});

let nextId = 0;

/** The recipient's preferences as the judgement of a new message gets them. */
async function seenByJudge(store: Store, after = 0): Promise<Preferences | undefined> {
  let seen: Preferences | undefined;
  const options = judging();
  nextId += 1;
  await store.records.update([{ key: keyOf(`m${nextId}`), facts: [accepted(after)] }], {
    ...options,
    judge: (tracked, news, about) => {
      seen = about.recipient;
      return options.judge(tracked, news, about);
    },
  });
  return seen;
}

async function choose(store: Store, preferences: Preferences): Promise<void> {
  await store.preferences.change(BOB, { change: () => preferences, now: NOW });
}

function openedAt(path: string): Store {
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}
