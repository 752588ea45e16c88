import { lockDatabase, type StoreLock } from './sqlite/lock.ts';
import { openSqliteStore } from './sqlite/store.ts';
import { type Store, StoreUnavailable } from './store.ts';

export type { StoreLock };

const SCHEME = 'sqlite:';

/**
 * Opens the store of that address, for instance `sqlite:./receipts.db`. Throws StoreUnavailable.
 */
export function openStore(address: string): Store {
  return openSqliteStore(pathIn(address));
}

/** Makes this process the only daemon on the store of that address. Throws StoreUnavailable. */
export function lockStore(address: string): StoreLock {
  return lockDatabase(pathIn(address));
}

function pathIn(address: string): string {
  if (address.startsWith(SCHEME)) return address.slice(SCHEME.length);
  throw new StoreUnavailable(
    `store: expected an address that starts with ${SCHEME}, found "${address}": correct "store" in the settings`,
  );
}
