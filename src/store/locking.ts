import { pathIn } from './address.ts';
import { lockDatabase, type StoreLock } from './sqlite/lock.ts';

export type { StoreLock };

/** Makes this process the only daemon on the store of that address. Throws StoreUnavailable. */
export function lockStore(address: string): StoreLock {
  return lockDatabase(pathIn(address));
}
