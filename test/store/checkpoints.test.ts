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
  const before = await databaseSize(path);
  await writeMuch(store);
  const logged = await logSize(path);
  expect(await databaseSize(path)).toBe(before);
  await expectDatabase(path, logged / 2);
});

test('what another program kept in the write-ahead log goes to its place when it is done, though nobody writes more', async () => {
  const path = await temporaryPath();
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  const reader = openDatabase(path);
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM messages').get();
  const before = await databaseSize(path);
  await writeMuch(store);
  const logged = await logSize(path);
  await sleep(1500);
  expect(await databaseSize(path)).toBe(before);
  reader.exec('COMMIT');
  await expectDatabase(path, logged / 2);
});

/** More than starts a checkpoint, in one commit. */
async function writeMuch(store: Store): Promise<void> {
  const news = Array.from({ length: 5000 }, (_, n) => ({
    key: keyOf(`m${n}`),
    facts: [accepted(), fact('stored', 1)],
  }));
  await store.records.update(news, judging());
}

async function databaseSize(path: string): Promise<number> {
  return (await stat(path)).size;
}

async function expectDatabase(path: string, bytes: number): Promise<void> {
  await expect.poll(() => databaseSize(path), { timeout: 30_000 }).toBeGreaterThan(bytes);
}

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
