import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { REPOSITORY } from '../support/repository.ts';
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
  await store.records.update(news, judging());
  const [after, logged] = await sizes();
  expect(after).toBe(before);
  await expect
    .poll(async () => (await sizes())[0], { timeout: 30_000 })
    .toBeGreaterThan(logged / 2);
});

test('while another program reads an old state the log grows, that is said once, and later the log shrinks', async () => {
  const path = await temporaryPath();
  const grown: number[] = [];
  const options = { loggedPages: 100, onGrown: (bytes: number) => void grown.push(bytes) };
  const store = openSqliteStore(path, options);
  onTestFinished(() => store.close());
  const reader = openDatabase(path);
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM messages').get();
  for (let round = 0; grown.length === 0 && round < 100; round += 1) await write(store, round);
  await write(store, 100);
  expect(grown).toEqual([expect.any(Number)]);
  expect(grown[0]).toBeGreaterThan(2 * 100 * 4096);
  expect(await logSize(path)).toBeGreaterThan(2 * 100 * 4096);
  reader.exec('COMMIT');
  for (let round = 101; (await logSize(path)) > 2 * 100 * 4096 && round < 200; round += 1)
    await write(store, round);
  expect(await logSize(path)).toBeLessThanOrEqual(2 * 100 * 4096);
}, 60_000);

/** More than starts a checkpoint. */
async function write(store: Store, round: number): Promise<void> {
  const news = Array.from({ length: 2500 }, (_, n) => ({
    key: keyOf(`m${round}-${n}`),
    facts: [accepted(), fact('stored', 1)],
  }));
  // In parts, as a commit may not be larger than the log.
  for (let at = 0; at < news.length; at += 100)
    await store.records.update(news.slice(at, at + 100), judging());
  await sleep(600);
}

async function logSize(path: string): Promise<number> {
  return (await stat(`${path}-wal`)).size;
}

test('a process waits for the checkpoint that its work waits for, and ends after that', async () => {
  const loader = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;
  const program = join(REPOSITORY, 'test/store/forgetter.ts');
  const run = promisify(execFile)(
    process.execPath,
    ['--import', loader, program, await temporaryPath()],
    { timeout: 30_000 },
  );
  expect((await run).stdout).toBe('forgotten\nclosed\n');
}, 40_000);
