import { isPostgres, pathIn } from './address.ts';
import { takeLease } from './postgres/lease.ts';
import { lockDatabase } from './sqlite/lock.ts';
import type { StoreLock } from './store-lock.ts';

export type { StoreLock };

/** Makes this process the only daemon on the store of that address. Throws StoreUnavailable. */
export async function lockStore(address: string): Promise<StoreLock> {
  if (isPostgres(address)) return takeLease(address);
  const lock = lockDatabase(pathIn(address));
  return { lost: new Promise(() => {}), fence: undefined, release: async () => lock.release() };
}
