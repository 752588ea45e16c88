import { stat } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { judging } from './judging.ts';
import { temporaryPath } from './place.ts';

test('what is in the write-ahead log goes to its place while the store is open, long before the log is full', async () => {
  const path = await temporaryPath();
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  const sizes = async () => [(await stat(path)).size, (await stat(`${path}-wal`)).size] as const;
  const [before] = await sizes();
  const news = Array.from({ length: 5000 }, (_, n) => ({
    key: keyOf(`m${n}`),
    facts: [accepted(), fact('stored', 1)],
  }));
  await store.update(news, judging());
  const [after, logged] = await sizes();
  expect(after).toBe(before);
  await expect.poll(async () => (await sizes())[0], { timeout: 4000 }).toBeGreaterThan(logged / 2);
});
