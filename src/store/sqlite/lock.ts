import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { StoreUnavailable } from '../store.ts';

/** A lock on a file; it goes with the process, however that ends. */
export interface FileLock {
  release(): void;
}

/**
 * Makes this process the only daemon on the file; others may still read it. Two daemons with one
 * configuration would take the component's name from each other in turns. Throws StoreUnavailable.
 */
export function lockDatabase(file: string): FileLock {
  if (file === ':memory:') return { release: () => {} };
  const lock = begin(file);
  return { release: () => lock.close() };
}

/** Whatever fails here is expected: somebody has the lock, or its file cannot be used. */
function begin(file: string): Database.Database {
  try {
    const lock = new Database(`${onlyName(file)}.lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    if (cause instanceof StoreUnavailable) throw cause;
    throw new StoreUnavailable(isBusy(cause) ? taken(file) : unusable(file, cause), { cause });
  }
}

/**
 * The name that a file has in its own folder, whatever links lead to it. SQLite itself puts its log
 * beside that name; with two names in folders the database would have two logs.
 */
function onlyName(file: string): string {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return ofExisting(file);
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) return onlyName(path.resolve(path.dirname(file), readlinkSync(file)));
  return path.join(realpathSync(path.dirname(file)), path.basename(file));
}

function ofExisting(file: string): string {
  const { nlink } = statSync(file);
  if (nlink > 1)
    throw new StoreUnavailable(
      `store: sqlite:${file} has several names (${nlink} hard links), so that it could have two logs. Keep one name of it.`,
    );
  return realpathSync(file);
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && cause.code === 'SQLITE_BUSY';
}

function taken(file: string): string {
  return `store: another xmpp-receipts runs on sqlite:${file}. One daemon for each store: stop that one, or give this one a store of its own.`;
}

function unusable(file: string, cause: unknown): string {
  const found = cause instanceof Error ? cause.message : String(cause);
  return `store: cannot open sqlite:${file}.lock: ${found}. Expected a file that can be made or written in a folder that exists.`;
}
