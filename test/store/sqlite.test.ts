import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { StoreUnavailable } from '../../src/store/unavailable.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { REPOSITORY } from '../support/repository.ts';
import { storeContract } from './contract.ts';
import { judging } from './judging.ts';
import { temporaryFile, temporaryPath } from './place.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;

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
      /newer xmpp-receipts \(schema 2, this one knows 1\); run that one/,
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

  test.skipIf(process.getuid?.() === 0)('in a folder that may not be written', async () => {
    const path = await temporaryPath();
    await chmod(dirname(path), 0o500);
    onTestFinished(() => chmod(dirname(path), 0o700));
    expect(() => openSqliteStore(path)).toThrow(StoreUnavailable);
  });

  test('at an address of another sort', () => {
    expect(() => openStore('mysql://db')).toThrow(
      'store: expected an address that starts with sqlite:, found "mysql://db"',
    );
  });
});

test('what the process is killed in the middle of is there whole or not at all', async () => {
  const path = await temporaryPath();
  const committed = await writeUntilKilled(path);
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  expect(committed).toBeGreaterThanOrEqual(5);
  for (let batch = 0; batch <= committed; batch += 1)
    expect(await messagesOf(batch, store)).toBe(3);
  expect([0, 3]).toContain(await messagesOf(committed + 1, store));
}, 30_000);

/** The last batch of which another process said that it was committed. */
async function writeUntilKilled(path: string): Promise<number> {
  const program = join(REPOSITORY, 'test/store/writer.ts');
  const writer = spawn(process.execPath, ['--import', LOADER, program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void writer.kill('SIGKILL'));
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > 6) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  return said.split('\n').length - 2;
}

async function messagesOf(batch: number, store: Store): Promise<number> {
  const found = await Promise.all([0, 1, 2].map((n) => store.find(keyOf(`${batch}-${n}`))));
  return found.filter((message) => message?.tracked.told.length === 1).length;
}

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
