import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockStore, openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { StoreUnavailable } from '../../src/store/unavailable.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { storeContract } from './contract.ts';
import { judging } from './judging.ts';
import { temporaryFile, temporaryPath } from './place.ts';

storeContract('a SQLite file', async () => {
  const { path, remove } = await temporaryFile();
  return { open: () => openSqliteStore(path), remove };
});

describe('a store that cannot be opened says why', () => {
  test('written by a newer version', async () => {
    const path = await temporaryPath();
    const database = new Database(path);
    database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
    expect(() => openSqliteStore(path)).toThrow(
      `(schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}); run that one`,
    );
  });

  test('in a folder that does not exist', async () => {
    const path = join(await temporaryPath(), 'no', 'folder.db');
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
    expect(() => openSqliteStore(path)).toThrow(`sqlite:${path}`);
  });

  test('a folder', async () => {
    const path = dirname(await temporaryPath());
    expect(() => openSqliteStore(path)).toThrow(/cannot open .*Expected a file/);
  });

  test('a file of something else', async () => {
    const path = await temporaryPath();
    await writeFile(path, 'this is no database, and long enough to be sure of it'.repeat(100));
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
  });

  test('at an address of another sort', () => {
    expect(() => openStore('mysql://db')).toThrow(
      'store: expected an address that starts with sqlite:, found "mysql://db"',
    );
  });
});

test('two connections write at the same time without losing anything', async () => {
  const path = await temporaryPath();
  const [one, other] = [openSqliteStore(path), openSqliteStore(path)];
  onTestFinished(async () => {
    await one.close();
    await other.close();
  });
  const updates = Array.from({ length: 50 }, (_, index) =>
    [one, other].map((store, side) =>
      store.update(
        [{ key: keyOf('m1'), facts: [accepted(), fact(side === 0 ? 'sent' : 'acked', index + 1)] }],
        judging(),
      ),
    ),
  );
  await Promise.all(updates.flat());
  const facts = (await one.find(keyOf('m1')))?.tracked.record.facts;
  expect(facts?.map(({ kind, at }) => [kind, at - accepted().at])).toEqual([
    ['accepted', 0],
    ['acked', 1],
    ['sent', 1],
    ['acked', 50],
    ['sent', 50],
  ]);
});

test('one daemon only: a second is told so, and may run when the first has ended', async () => {
  const path = await temporaryPath();
  const lock = lockStore(`sqlite:${path}`);
  expect(() => lockStore(`sqlite:${path}`)).toThrow(
    `store: another xmpp-receipts runs on sqlite:${path}. One daemon for each store: stop that one, or give this one a store of its own.`,
  );
  lock.release();
  lockStore(`sqlite:${path}`).release();
});
