import { pathIn } from './address.ts';
import { backUpDatabase } from './sqlite/backup.ts';
import { lockDatabase } from './sqlite/lock.ts';
import { restoreDatabase } from './sqlite/restore.ts';

/**
 * Copies the store of that address into a new file, also while a daemon runs. Throws
 * StoreUnavailable.
 */
export function backUpStore(address: string, to: string): void {
  backUpDatabase(pathIn(address), to);
}

/**
 * Puts a backup in the place of the store of that address. Answers with where the replaced one is
 * kept, if there was one. Throws StoreUnavailable, also if a daemon runs.
 */
export function restoreStore(address: string, from: string): string | undefined {
  const path = pathIn(address);
  const lock = lockDatabase(path);
  try {
    return restoreDatabase(path, from);
  } finally {
    lock.release();
  }
}
