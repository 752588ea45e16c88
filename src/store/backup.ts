import { isPostgres, pathIn } from './address.ts';
import { backUpDatabase, lookThrough } from './sqlite/backup.ts';
import { lockDatabase } from './sqlite/lock.ts';
import { restoreDatabase } from './sqlite/restore.ts';
import { StoreUnavailable } from './store.ts';

/**
 * Copies the store of that address into a new file, also while a daemon runs. Throws
 * StoreUnavailable.
 */
export function backUpStore(address: string, to: string): void {
  backUpDatabase(fileIn(address), to);
}

/** Looks a copy through that came from elsewhere. Throws StoreUnavailable. */
export function checkCopy(copy: string): void {
  lookThrough(copy);
}

/**
 * Puts a backup in the place of the store of that address. Answers with where the replaced one is
 * kept, if there was one. Throws StoreUnavailable, also if a daemon runs.
 */
export function restoreStore(address: string, from: string): string | undefined {
  const path = fileIn(address);
  const lock = lockDatabase(path);
  try {
    return restoreDatabase(path, from);
  } finally {
    lock.release();
  }
}

/** PostgreSQL has its own tools for this, which know more than we do. */
export function fileIn(address: string): string {
  if (!isPostgres(address)) return pathIn(address);
  throw new StoreUnavailable(
    'store: backup and restore are for stores in a file. Use pg_dump and pg_restore for this one, and stop the daemon before pg_restore',
  );
}
