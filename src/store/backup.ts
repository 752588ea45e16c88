import { isPostgres, pathIn } from './address.ts';
import type { CopyTeller } from './copying.ts';
import { backUpPostgres, restorePostgres } from './postgres-backup.ts';
import { backUpDatabase, lookThrough } from './sqlite/backup.ts';
import { lockDatabase } from './sqlite/lock.ts';
import { restoreDatabase } from './sqlite/restore.ts';

export interface RestoreOrder {
  /** Ours: a backup may be older than the one spelling of each address. */
  readonly domains: readonly string[];
  readonly tell?: CopyTeller;
}

/** Backup and restore of a store at that address. Both reject with StoreUnavailable. */

/** Copies the store into a new file, also while a daemon runs. */
export async function backUpStore(address: string, to: string, tell?: CopyTeller): Promise<void> {
  if (isPostgres(address)) return backUpPostgres(address, to, tell);
  backUpDatabase(pathIn(address), to);
}

/** Looks a copy through that came from elsewhere. Throws StoreUnavailable. */
export function checkCopy(copy: string): void {
  lookThrough(copy);
}

/**
 * Puts a backup in the place of the store. Answers with where the replaced one is kept, if there
 * was one. Refused while a daemon runs.
 */
export async function restoreStore(
  address: string,
  from: string,
  order: RestoreOrder,
): Promise<string | undefined> {
  if (isPostgres(address)) return restorePostgres(address, from, order);
  const path = pathIn(address);
  const lock = lockDatabase(path);
  try {
    return restoreDatabase(path, from);
  } finally {
    lock.release();
  }
}
