import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { MemoryPlace } from './memory/adapter.ts';

/** A store of each kind that is empty, for properties: the seed decides when the late one is late. */
export const STORES: Readonly<Record<string, (seed: number) => Store>> = {
  SQLite: () => openSqliteStore(':memory:'),
  'a late database in memory': (seed) => new MemoryPlace(seed).open(),
};
