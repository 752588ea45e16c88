import { pathIn } from './address.ts';
import { lockDatabase, type StoreLock } from './sqlite/lock.ts';
import { openSqliteStore, type SqliteOptions } from './sqlite/store.ts';
import type { Store } from './store.ts';

export type { StoreLock };

/**
 * Opens the store of that address, for instance `sqlite:./receipts.db`. Throws StoreUnavailable.
 */
export function openStore(address: string, options: Pick<SqliteOptions, 'onGrown'> = {}): Store {
  return openSqliteStore(pathIn(address), options);
}

/** Makes this process the only daemon on the store of that address. Throws StoreUnavailable. */
export function lockStore(address: string): StoreLock {
  return lockDatabase(pathIn(address));
}
