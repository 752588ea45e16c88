import { setTimeout as delay } from 'node:timers/promises';
import { isPostgres, pathIn } from './address.ts';
import type { Member } from './members.ts';
import { LEASE_MS, Lease, RENEW_MS } from './postgres/lease.ts';
import { type FileLock, lockDatabase } from './sqlite/lock.ts';
import { StoreUnavailable } from './store.ts';
import type { Holder, StoreClaim, StoreLock } from './store-lock.ts';
import type { StoreNewsTeller } from './store-news.ts';

export type { StoreLock };

/** How often we look whether a store is free. */
export const RETRY_MS = 500;

/** So long a daemon that was killed seems to live. */
const PATIENCE_MS = LEASE_MS + RENEW_MS;

/**
 * What one daemon needs for itself: in a file all of it, in a database the users behind a component
 * domain. Without a component it is the whole store in a database too. A member is seen by the others.
 */
export function claimStore(
  address: string,
  claimed?: Member | string,
  tell?: StoreNewsTeller,
): StoreClaim {
  return isPostgres(address) ? new Lease(address, claimed, tell) : new FileClaim(pathIn(address));
}

/**
 * The same, taken. Waits for the end of the lease of a daemon that was killed. Throws
 * StoreUnavailable.
 */
export async function lockStore(address: string, component?: string): Promise<StoreLock> {
  const claim = claimStore(address, component);
  try {
    await takeSoon(claim);
  } catch (error) {
    await claim.release();
    throw error;
  }
  return claim;
}

async function takeSoon(claim: StoreClaim): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const holder = await claim.take();
    if (holder === undefined) return;
    if (performance.now() > giveUpAt) throw takenBy(holder);
    await delay(RETRY_MS);
  }
}

function takenBy({ component, process }: Holder): StoreUnavailable {
  const what = component === undefined ? 'this database' : `this database for ${component}`;
  return new StoreUnavailable(
    `store: another daemon (host:process ${process}) uses ${what}. End that one, or wait until it is done`,
  );
}

/** One process has the file, until it ends. */
class FileClaim implements StoreClaim {
  readonly lost = new Promise<void>(() => {});
  readonly fence = undefined;
  readonly members = undefined;
  readonly #path: string;
  #lock: FileLock | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async take(): Promise<undefined> {
    this.#lock ??= lockDatabase(this.#path);
  }

  isSure(): boolean {
    return true;
  }

  async release(): Promise<void> {
    this.#lock?.release();
    this.#lock = undefined;
  }
}
