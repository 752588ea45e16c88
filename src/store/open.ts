import { pathIn } from './address.ts';
import { openSqliteStore, type SqliteOptions } from './sqlite/store.ts';
import type { Store } from './store.ts';

/**
 * Opens the store of that address, for instance `sqlite:./receipts.db`. Throws StoreUnavailable.
 */
export function openStore(address: string, options: Pick<SqliteOptions, 'onGrown'> = {}): Store {
  return openSqliteStore(pathIn(address), options);
}
