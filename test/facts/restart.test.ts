import { expect, onTestFinished, test } from 'vitest';
import { learnOfRestart } from '../../src/facts/restart.ts';
import type { News } from '../../src/store/record-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { judging, NOW } from '../store/judging.ts';
import { BreakableStore } from '../support/breakable-store.ts';
import { accepted, fact, keyOf, T0 } from '../support/facts.ts';

const MESSAGES = 600;
const LATEST = { key: keyOf(`m${MESSAGES - 1}`), wake: NOW + MESSAGES };

test('a message that becomes due while a restart is looked into is found all the same', async () => {
  const breakable = new BreakableStore(await storeOfSleepers());
  const { records, open } = breakable.store;
  let pages = 0;
  breakable.onCall('open.kept', () => {
    pages += 1;
  });
  const secondPage = breakable.holdAt('open.kept', { call: 2 });
  const learnt: News[] = [];
  const ledger = { learn: async (news: readonly News[]) => void learnt.push(...news) };
  const restart = { node: undefined, domain: 'example.org', at: T0 + 10_000_000 };
  const learning = learnOfRestart(restart, { records, open, ledger });
  await secondPage.come;
  // It moves to before the page that was read last.
  await records.hasten(NOW + 1, LATEST.wake, MESSAGES);
  secondPage.release();
  await learning;
  expect(pages).toBeGreaterThan(2);
  expect(new Set(learnt.map(({ key }) => key.id)).size).toBe(MESSAGES);
  expect(learnt).toHaveLength(MESSAGES);
});

/** Messages that a server keeps for sessions that are away; each is due a little later. */
async function storeOfSleepers() {
  const store = openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  for (let n = 0; n < MESSAGES; n++) {
    const { judge, now } = judging();
    const facts = [accepted(), fact('kept', 1, { resource: 'phone' })];
    await store.records.update([{ key: keyOf(`m${n}`), facts }], {
      judge: (...values) => ({ ...judge(...values), wake: NOW + n + 1 }),
      now,
    });
  }
  return store;
}
