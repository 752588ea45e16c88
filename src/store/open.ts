import { isPostgres, pathIn } from './address.ts';
import { openPostgresStore } from './postgres/store.ts';
import { openSqliteStore, type SqliteOptions } from './sqlite/store.ts';
import type { Store } from './store.ts';
import type { Fence } from './store-lock.ts';

export interface StoreOptions extends Pick<SqliteOptions, 'onGrown' | 'domains'> {
  /** Our component. With `domains` it says whom we work for. A store in SQLite has one daemon. */
  readonly component?: string;
  /** That of the lock on the store. */
  readonly fence?: Fence | undefined;
}

/**
 * Opens the store of that address, `sqlite:./receipts.db` or `postgres://user@host/database`. Throws
 * StoreUnavailable; a database over a network is first asked by the first verb.
 */
export function openStore(address: string, options: StoreOptions = {}): Store {
  const { component, domains, fence } = options;
  if (isPostgres(address)) {
    const served = component && domains ? { component, domains } : undefined;
    return openPostgresStore(address, { served, fence });
  }
  return openSqliteStore(pathIn(address), options);
}
