import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { untilNoConflict } from '../../src/store/conflict.ts';
import { failureOf } from '../../src/store/postgres/connection.ts';
import { expectingFailure } from '../../src/store/sqlite/database.ts';
import { temporaryPath } from './place.ts';

const PATIENCE = 20;

/** What an operator reads when such work is in the way of others for too long. */
async function textOf(work: () => Promise<unknown>): Promise<string> {
  const failure = await untilNoConflict(work, PATIENCE).catch((error: unknown) => error);
  return (failure as Error).message;
}

test('a file of SQLite that another process holds: that process is to be ended', async () => {
  const path = await temporaryPath();
  const [holder, ours] = [new Database(path), new Database(path, { timeout: 0 })];
  onTestFinished(() => {
    for (const database of [holder, ours]) database.close();
  });
  holder.exec('BEGIN IMMEDIATE');
  const text = await textOf(() => expectingFailure(async () => ours.exec('BEGIN IMMEDIATE')));
  expect(text).toMatch(/^store: busy for 20 ms: database is locked \(SQLITE_BUSY\)\. /);
  expect(text).toMatch(/Another process uses the file: end it$/);
});

test.each(['40001', '40P01', '23505', '55P03'])(
  'a conflict in PostgreSQL (%s): what to do speaks of the database, not of a file',
  async (code) => {
    const text = await textOf(async () => {
      throw failureOf(Object.assign(new Error('could not serialize access'), { code }));
    });
    expect(text).toContain(`could not serialize access (${code}). `);
    expect(text).toMatch(/See in pg_stat_activity which other program .* end it$/);
    expect(text).not.toContain('file');
  },
);
