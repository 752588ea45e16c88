import { copyFile, open, stat, writeFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { checksFor } from '../../src/store/sqlite/soundness.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { judging, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

const PAGE = 4096;

function openFor(path: string): Store {
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

async function fill(store: Store, from: number, count = 2000): Promise<void> {
  const news = Array.from({ length: count }, (_, n) => ({
    key: keyOf(`m${from + n}`),
    facts: [accepted(), fact('stored', 1)],
  }));
  await store.records.update(news, judging());
}

/** The copy of a store that was not closed: as after a power failure. */
async function copyOpen(path: string): Promise<string> {
  await copyFile(path, `${path}.copy`);
  await copyFile(`${path}-wal`, `${path}.copy-wal`);
  return `${path}.copy`;
}

/** Nonsense instead of every third page. */
async function tear(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  for (let at = 3 * PAGE; at < size; at += 3 * PAGE)
    await file.write(Buffer.alloc(PAGE, 'x'), 0, PAGE, at);
  await file.close();
}

function checkpoint(path: string): void {
  const database = new Database(path);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

test('a store that was not closed and is sound is opened with all that it held', async () => {
  const path = await temporaryPath();
  const store = openFor(path);
  await fill(store, 0);
  await store.preferences.change(BOB, { change: () => ({ policy: 'refuse' }), now: NOW });
  const after = openFor(await copyOpen(path));
  expect(await after.preferences.get(BOB)).toEqual({ policy: 'refuse' });
  expect(await after.records.find(keyOf('m1999'))).toBeDefined();
});

test('a store that was torn is not opened, and the error says what to do', async () => {
  const path = await temporaryPath();
  await fill(openFor(path), 0);
  checkpoint(path);
  const copy = await copyOpen(path);
  await tear(copy);
  expect(() => openSqliteStore(copy)).toThrow(StoreUnavailable);
  expect(() => openSqliteStore(copy)).toThrow(/is damaged .*xmpp-receipts restore FILE/);
});

test('a store that was closed and whose first page was torn then is not opened, and the error says what to do', async () => {
  const path = await temporaryPath();
  await openSqliteStore(path).close();
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(PAGE, 'x'), 0, PAGE, 0);
  await file.close();
  expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
  expect(() => openSqliteStore(path)).toThrow(/is damaged .*xmpp-receipts restore FILE/);
});

test('a file that was copied alone while it was written is looked through as well', async () => {
  const path = await temporaryPath();
  await fill(openFor(path), 0);
  checkpoint(path);
  await copyFile(path, `${path}.copy`);
  await tear(`${path}.copy`);
  expect(() => openSqliteStore(`${path}.copy`)).toThrow(/is damaged/);
});

test('an older file with the log of a newer one beside it is not opened', async () => {
  const path = await temporaryPath();
  const store = openFor(path);
  await fill(store, 0, 300);
  checkpoint(path);
  await copyFile(path, `${path}.older`);
  await fill(store, 10_000, 6000);
  checkpoint(path);
  await fill(store, 300);
  await copyFile(`${path}-wal`, `${path}.older-wal`);
  expect(() => openSqliteStore(`${path}.older`)).toThrow(/is damaged/);
});

test('the file of a store holds its tables from the beginning', async () => {
  const path = await temporaryPath();
  openFor(path);
  await copyFile(path, `${path}.copy`);
  expect(await openFor(`${path}.copy`).preferences.get(BOB)).toEqual({});
});

test('a file without tables is not taken for a new store', async () => {
  const path = await temporaryPath();
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.close();
  expect((await stat(path)).size).toBe(PAGE);
  expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
  expect(() => openSqliteStore(path)).toThrow(/has no tables.*xmpp-receipts restore FILE/);
});

test('an empty file is a new store', async () => {
  const path = await temporaryPath();
  await writeFile(path, '');
  expect(await openFor(path).preferences.get(BOB)).toEqual({});
});

test('of a large file only what protects people is looked through', () => {
  const tables = ['messages', 'preferences', 'outbox', 'store'];
  expect(checksFor(500_000_000, tables)).toEqual(['quick_check(1)']);
  expect(checksFor(500_000_001, tables)).toEqual([
    'quick_check(preferences)',
    'quick_check(store)',
  ]);
});
