import { isPostgres, pathIn } from './address.ts';
import { openPostgresStore } from './postgres/store.ts';
import { openSqliteStore, type SqliteOptions } from './sqlite/store.ts';
import type { Store } from './store.ts';

/**
 * Opens the store of that address, `sqlite:./receipts.db` or `postgres://user@host/database`. Throws
 * StoreUnavailable; a database over a network is first asked by the first verb.
 */
export function openStore(
  address: string,
  options: Pick<SqliteOptions, 'onGrown' | 'domains'> = {},
): Store {
  if (isPostgres(address)) return openPostgresStore(address);
  return openSqliteStore(pathIn(address), options);
}
