import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { AFTER_RESTORE } from '../after-restore.ts';
import { StoreUnavailable } from '../store.ts';
import { backUpDatabase, removeCopy } from './backup.ts';
import { attempt, type Database, markClosed, openDatabase } from './database.ts';
import { isSpelled, respell } from './respelling.ts';

/**
 * Copies a backup into a new file, as a store that was restored from it. `domains` are ours. Throws
 * StoreUnavailable.
 */
export function copyRestored(from: string, fresh: string, domains: readonly string[]): void {
  backUpDatabase(from, fresh);
  prepare(openDatabase(fresh), (database) => {
    if (!isSpelled(database)) respell(database, domains);
  });
}

/**
 * Puts the backup in the place of the store, and answers with where the replaced one is now, if
 * there was one. Nobody may use the store meanwhile. Throws StoreUnavailable; then the store is as
 * it was.
 */
export function restoreDatabase(path: string, from: string): string | undefined {
  const fresh = `${path}.restoring`;
  removeCopy(fresh);
  try {
    backUpDatabase(from, fresh);
    prepare(openDatabase(fresh), () => {});
    return attempt(path, () => putInPlace(fresh, path));
  } finally {
    removeCopy(fresh);
  }
}

function prepare(database: Database, alsoDo: (database: Database) => void): void {
  try {
    expectBackup(database);
    database.exec(`BEGIN; ${AFTER_RESTORE.join('; ')}; COMMIT`);
    alsoDo(database);
    markClosed(database);
  } finally {
    database.close();
  }
}

/** Of a backup that was killed at its beginning there are tables, and no opening but this one. */
function expectBackup(database: Database): void {
  const { openings } = database.prepare('SELECT count(*) AS openings FROM epochs').get() as Counted;
  if (openings < 2)
    throw new StoreUnavailable(
      'store: no daemon has used the store of that backup, or the backup broke off. Name another one',
    );
}

interface Counted {
  readonly openings: number;
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
