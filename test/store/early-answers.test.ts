import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { ALICE, accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { judging, NOW } from './judging.ts';

const CAROL = 'carol@example.org' as BareJid;
const HOUR = 3_600_000;
const CLAIM = {
  now: NOW,
  leaseUntil: NOW + 60_000,
  dueUntil: NOW,
  maxRecipients: 10,
  except: [],
};

/** The question is on its way, and the server has not said yet that it took it. */
async function asking(): Promise<Store> {
  const store = openSqliteStore(':memory:');
  await store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
  await ask(store, ALICE);
  expect(await store.asking.claim(CLAIM)).toHaveLength(1);
  return store;
}

async function ask(store: Store, sender: BareJid): Promise<void> {
  const facts = [accepted(0), fact('acked', 1)];
  await store.records.update([{ key: keyOf('m1', sender), facts }], judging());
}

test('a quick "later" is not forgotten when the question is settled', async () => {
  const store = await asking();
  await store.questions.remind(BOB, [1], NOW + HOUR);
  await store.asking.settle(BOB, [1]);
  const [again] = await store.asking.claim({ ...CLAIM, now: NOW + HOUR, dueUntil: NOW + HOUR });
  expect(again?.questions).toHaveLength(1);
});

test('another question that came when one was answered quickly is asked all the same', async () => {
  const store = await asking();
  await store.records.update([{ key: keyOf('m1'), facts: [fact('declined', 2)] }], judging());
  await ask(store, CAROL);
  await store.asking.settle(BOB, [1]);
  const [next] = await store.asking.claim(CLAIM);
  expect(next?.questions).toMatchObject([{ number: 2, sender: CAROL }]);
});
