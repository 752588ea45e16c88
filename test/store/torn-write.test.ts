import { copyFile, stat, truncate } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { judging, made } from './judging.ts';
import { temporaryPath } from './place.ts';

test.each([1, 100, 5000])(
  'of a write that lost its last %d bytes nothing is there, and the one before it is whole',
  async (lost) => {
    const store = openSqliteStore(await tornCopy(lost));
    onTestFinished(() => store.close());
    expect((await store.records.find(keyOf('first')))?.tracked.told).toHaveLength(1);
    expect(await store.records.find(keyOf('last'))).toBeUndefined();
    expect(made(await store.records.update([news('last')], judging())).receipts).toBe(1);
  },
);

/** The file as a power failure leaves it: the last write had reached the disk in part only. */
async function tornCopy(lost: number): Promise<string> {
  const [path, torn] = [await temporaryPath(), await temporaryPath()];
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  for (const id of ['first', 'last']) await store.records.update([news(id)], judging());
  await copyFile(path, torn);
  await copyFile(`${path}-wal`, `${torn}-wal`);
  await truncate(`${torn}-wal`, (await stat(`${torn}-wal`)).size - lost);
  return torn;
}

function news(id: string) {
  return { key: keyOf(id), facts: [accepted(), fact('stored', 1)] };
}
