import Database from 'better-sqlite3';
import { StoreUnavailable } from '../unavailable.ts';

/** A lock on a store; it goes with the process, however that ends. */
export interface StoreLock {
  release(): void;
}

/**
 * Makes this process the only daemon on the file; others may still read it. Two daemons with one configuration would take the
 * component's name from each other in turns. Throws StoreUnavailable.
 */
export function lockDatabase(path: string): StoreLock {
  if (path === ':memory:') return { release: () => {} };
  const lock = new Database(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    throw new StoreUnavailable(
      `store: another xmpp-receipts runs on sqlite:${path}. One daemon for each store: stop that one, or give this one a store of its own.`,
      { cause },
    );
  }
  return { release: () => lock.close() };
}
