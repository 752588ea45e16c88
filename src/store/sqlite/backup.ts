import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { StoreUnavailable } from '../store.ts';
import { attempt, type Database, openAsItIs } from './database.ts';
import { expectOk } from './soundness.ts';

/**
 * Copies the store as it is at one moment, also while others write to it. The copy is one file,
 * readable by its owner only, and looked through. Throws StoreUnavailable.
 */
export function backUpDatabase(path: string, to: string): void {
  const source = openExisting(path);
  try {
    makeEmpty(to);
    fill(source, path, to);
  } finally {
    source.close();
  }
}

/** Opens the file of a store as it is. Throws StoreUnavailable. */
export function openExisting(path: string): Database {
  if (!existsSync(path))
    throw new StoreUnavailable(`store: there is no file ${path}. Is it the right path?`);
  const database = openAsItIs(path);
  if (isStore(database)) return database;
  database.close();
  throw new StoreUnavailable(`store: ${path} is no store of xmpp-receipts. Is it the right file?`);
}

function isStore(database: Database): boolean {
  try {
    return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store'").get() !== undefined;
  } catch {
    // The file is no database at all.
    return false;
  }
}

/** Makes the empty file of the copy. A file that exists is never overwritten. */
export function makeEmpty(to: string): void {
  try {
    closeSync(openSync(to, 'wx', 0o600));
  } catch (cause) {
    const isThere = existsSync(to);
    const advice = isThere
      ? 'it exists already: name another file'
      : `${String(cause)}. Name a file in a folder where you may write`;
    throw new StoreUnavailable(`store: cannot write ${to}: ${advice}`, { cause });
  }
}

function fill(source: Database, path: string, to: string): void {
  try {
    attempt(path, () => source.prepare('VACUUM INTO ?').run(to));
    finishCopy(to);
  } catch (error) {
    removeCopy(to);
    throw error;
  }
}

/** A copy that was written is one file, sound, and on the disk. Throws StoreUnavailable. */
export function finishCopy(to: string): void {
  leaveNoLog(to);
  lookThrough(to);
  flush(to);
}

/** Whoever only reads a file with a log beside it would leave that log there. */
function leaveNoLog(to: string): void {
  const copy = openAsItIs(to);
  try {
    attempt(to, () => copy.pragma('journal_mode = DELETE'));
  } finally {
    copy.close();
  }
}

/** Half a copy must not be taken for a backup. */
export function removeCopy(to: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${to}${end}`, { force: true });
}

/** Throws StoreUnavailable if a copy is damaged. */
export function lookThrough(path: string): void {
  const copy = openAsItIs(path, { readonly: true });
  try {
    expectOk(copy, path, 'quick_check(1)');
  } finally {
    copy.close();
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
