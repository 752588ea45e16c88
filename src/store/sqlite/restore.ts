import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { backUpDatabase } from './backup.ts';
import { attempt, type Database, markClosed, openDatabase } from './database.ts';

/**
 * What the store did not see since it was backed up is not told as if it had not happened: nobody
 * is asked again, nothing waits to be sent again, and no silence is judged. The daemon's own time
 * stays: the store is dated by it, and nothing is removed at once because it is old.
 */
const AFTER_RESTORE = `
  UPDATE messages SET wake = NULL WHERE wake IS NOT NULL;
  DELETE FROM outbox WHERE due IS NOT NULL;
  DELETE FROM senders_due;
  DELETE FROM asked_messages;
  DELETE FROM questions;`;

/**
 * Puts the backup in the place of the store, and answers with where the replaced one is now, if
 * there was one. Nobody may use the store meanwhile. Throws StoreUnavailable; then the store is as
 * it was.
 */
export function restoreDatabase(path: string, from: string): string | undefined {
  const fresh = `${path}.restoring`;
  removeAll(fresh);
  try {
    backUpDatabase(from, fresh);
    prepare(openDatabase(fresh));
    return attempt(path, () => putInPlace(fresh, path));
  } finally {
    removeAll(fresh);
  }
}

function prepare(database: Database): void {
  try {
    database.exec(`BEGIN; ${AFTER_RESTORE} COMMIT`);
    markClosed(database);
  } finally {
    database.close();
  }
}

function putInPlace(fresh: string, path: string): string | undefined {
  const kept = existsSync(path) ? keep(path) : undefined;
  renameSync(fresh, path);
  return kept;
}

/**
 * Gives the old store a second name. It also keeps its first one until the restored store takes
 * that, so that there is a store at every moment.
 */
function keep(path: string): string {
  const name = `${path}.replaced-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  linkSync(path, name);
  // A log of the old store must not be read into the new one.
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${name}-wal`);
  rmSync(`${path}-shm`, { force: true });
  return name;
}

function removeAll(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
}
