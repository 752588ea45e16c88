import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { StoreAdapter, Transaction } from '../../src/store/adapter.ts';
import { StoreConflict } from '../../src/store/conflict.ts';
import { storeOver } from '../../src/store/store-over-adapter.ts';
import { Turns } from '../../src/store/turns.ts';

const SLOW = 'slow.example';
const QUICK = 'quick.example';

/** As PostgreSQL does: of transactions that run side by side only the first is committed. */
function firstWins(): StoreAdapter {
  let committed = 0;
  const noteGap = (domain: string) => sleep(domain === SLOW ? 60 : 5);
  const write: StoreAdapter['write'] = async (work) => {
    const began = committed;
    const result = await work({ upkeep: { noteGap } } as unknown as Transaction);
    if (began !== committed) throw new StoreConflict('another one was quicker', { remedy: 'wait' });
    committed += 1;
    return result;
  };
  return { write, read: write, room: async () => {}, close: async () => {} };
}

test('a slow transaction is committed though quick ones are in its way all the time', async () => {
  const store = storeOver(firstWins());
  let isOver = false;
  const slow = store.upkeep.noteGap(SLOW, 1).finally(() => {
    isOver = true;
  });
  const quick = Array.from({ length: 3 }, async () => {
    while (!isOver) await store.upkeep.noteGap(QUICK, 1);
  });
  await slow;
  await Promise.all(quick);
});

test('work runs side by side until some of it must be alone', async () => {
  const turns = new Turns();
  let running = 0;
  const seen: number[] = [];
  const work = async () => {
    running += 1;
    await sleep(5);
    seen.push(running);
    running -= 1;
  };
  await Promise.all([
    turns.beside(work),
    turns.beside(work),
    turns.alone(work),
    turns.beside(work),
  ]);
  expect(seen).toEqual([2, 1, 1, 1]);
});

test('work that fails, alone or not, is in the way of nothing', async () => {
  const turns = new Turns();
  const fails = () => Promise.reject(new Error('fails'));
  await expect(turns.alone(fails)).rejects.toThrow('fails');
  await expect(turns.beside(fails)).rejects.toThrow('fails');
  expect(await turns.alone(async () => 1)).toBe(1);
  expect(await turns.beside(async () => 2)).toBe(2);
});
