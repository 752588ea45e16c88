import { statSync } from 'node:fs';
import { StoreUnavailable } from '../store.ts';
import type { Database } from './database.ts';

/** What is on the disk before the file is opened. */
export interface FoundFile {
  readonly bytes: number;
  /** A write-ahead log is left: whoever wrote last did not close the file. */
  readonly hasLog: boolean;
}

export function lookAt(path: string): FoundFile {
  return { bytes: bytesOf(path), hasLog: bytesOf(`${path}-wal`) > 0 };
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * A larger file takes too long to be read as a whole at the start: 500 MB took one second, and from
 * a slow disk ten.
 */
const MAX_CHECKED_BYTES = 500_000_000;

/** What protects people, and is small. */
const CHOICES = ['store', 'epochs', 'preferences', 'forgotten'];

/**
 * Nothing at all, or what a store holds. After an unclean end it is looked through. Throws
 * StoreUnavailable.
 */
export function expectSound(database: Database, path: string, found: FoundFile): void {
  const tables = tablesIn(database);
  const isHollow = tables.length === 0 && versionOf(database) === 0;
  if (isHollow && found.bytes > 0 && !found.hasLog) throw new StoreUnavailable(hollow(path));
  if (!found.hasLog && !isMarkedOpen(database)) return;
  for (const check of checksFor(found.bytes, tables)) expectOk(database, path, check);
}

/** The parts that are looked through, as the words of the pragma. */
export function checksFor(bytes: number, tables: readonly string[]): readonly string[] {
  if (bytes <= MAX_CHECKED_BYTES) return ['quick_check(1)'];
  return tables.filter((table) => CHOICES.includes(table)).map((table) => `quick_check(${table})`);
}

/** Throws StoreUnavailable. */
export function expectOk(database: Database, path: string, check: string): void {
  const found = resultOf(database, check);
  if (found !== 'ok') throw new StoreUnavailable(damaged(path, found));
}

/** What the check found. Of a file that is too damaged for the check, what SQLite says about it. */
function resultOf(database: Database, check: string): string {
  try {
    return String(database.pragma(check, { simple: true }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function tablesIn(database: Database): readonly string[] {
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all() as string[];
}

/** The mark is in the file itself, so that a copy that was made meanwhile has it too. */
function isMarkedOpen(database: Database): boolean {
  const columns = database.pragma('table_info(store)') as readonly { readonly name: string }[];
  if (!columns.some(({ name }) => name === 'is_open')) return false;
  return database.prepare('SELECT is_open FROM store').pluck().get() === 1;
}

function hollow(path: string): string {
  return (
    `store: sqlite:${path} has no tables. Was it copied without the files beside it, while the daemon ran? ` +
    'Restore a backup (xmpp-receipts restore FILE), or remove the file to begin anew.'
  );
}

export function damaged(path: string, found: string): string {
  return (
    `store: sqlite:${path} is damaged (${found.split('\n')[0]}). Restore a backup (xmpp-receipts restore FILE), ` +
    'or move the files away to begin anew: what users chose is then taken back from their servers (docs/operating.md).'
  );
}
