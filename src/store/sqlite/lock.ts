import Database from 'better-sqlite3';
import { StoreUnavailable } from '../store.ts';

/** A lock on a store; it goes with the process, however that ends. */
export interface StoreLock {
  release(): void;
}

/**
 * Makes this process the only daemon on the file; others may still read it. Two daemons with one
 * configuration would take the component's name from each other in turns. Throws StoreUnavailable.
 */
export function lockDatabase(path: string): StoreLock {
  if (path === ':memory:') return { release: () => {} };
  const lock = begin(path);
  return { release: () => lock.close() };
}

function begin(path: string): Database.Database {
  try {
    const lock = new Database(`${path}.lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    throw new StoreUnavailable(isBusy(cause) ? taken(path) : unusable(path, cause), { cause });
  }
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && cause.code === 'SQLITE_BUSY';
}

function taken(path: string): string {
  return `store: another xmpp-receipts runs on sqlite:${path}. One daemon for each store: stop that one, or give this one a store of its own.`;
}

function unusable(path: string, cause: unknown): string {
  const found = cause instanceof Error ? cause.message : String(cause);
  return `store: cannot open sqlite:${path}.lock: ${found}. Expected a file that can be made or written in a folder that exists.`;
}
