import Database from 'better-sqlite3';
import { StoreConflict } from '../conflict.ts';
import { StoreUnavailable } from '../store.ts';
import { MIGRATIONS } from './schema.ts';

export type { Database, Statement } from 'better-sqlite3';

/** How long another process may hold the lock while we open the file, in ms. */
const BUSY_WHEN_OPENED = 5000;

/**
 * Maximum size of the write-ahead log, in pages of 4 KB. The checkpoint thread usually empties it
 * earlier, so commits seldom have to.
 */
export const LOGGED_PAGES = 32_768;

export const PAGE_BYTES = 4096;

/** Memory for pages, in KB: the inner pages of the indexes of many million messages. */
const CACHE = 16_000;

/** Opens the file, made and brought up to date if need be. Throws StoreUnavailable. */
export function openDatabase(path: string, loggedPages = LOGGED_PAGES): Database.Database {
  const database = attempt(path, () => new Database(path, { timeout: BUSY_WHEN_OPENED }));
  attempt(path, () => {
    // Readers never wait for the writer; a commit is on the disk when it returns.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(`wal_autocheckpoint = ${loggedPages}`);
    // While another program reads an old state the log cannot be emptied, and grows. Later it shrinks.
    database.pragma(`journal_size_limit = ${loggedPages * PAGE_BYTES}`);
    database.pragma(`cache_size = -${CACHE}`);
    database.transaction(migrate).immediate(database, path);
    // SQLite would wait with the whole process; from now on `untilNoConflict` waits, without it.
    database.pragma('busy_timeout = 0');
  });
  return database;
}

function migrate(database: Database.Database, path: string): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length) throw new Error(tooNew(path, version));
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
  database.pragma(`user_version = ${MIGRATIONS.length}`);
}

function tooNew(path: string, version: number): string {
  return `${path} was written by a newer xmpp-receipts (schema ${version}, this one knows ${MIGRATIONS.length}); run that one`;
}

/** The statement or its values are wrong. The database is not. */
const BUG = /^SQLITE_(ERROR|MISMATCH|RANGE|TOOBIG|CONSTRAINT(_.*)?)$/;

/**
 * The work, with expected failures of the database as what they are: StoreConflict if another
 * connection was in the way, StoreUnavailable if it is full, read-only, damaged.
 *
 * Any other error is a bug of the caller and is thrown unchanged.
 */
export async function expectingFailure<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError) || BUG.test(cause.code)) throw cause;
    const message = `${cause.message} (${cause.code})`;
    if (cause.code.startsWith('SQLITE_BUSY')) throw new StoreConflict(message, { cause });
    throw new StoreUnavailable(`store: ${message}`, { cause });
  }
}

/** A part of opening the file. Throws StoreUnavailable. */
export function attempt<Result>(path: string, open: () => Result): Result {
  try {
    return open();
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(
      `store: cannot open sqlite:${path}: ${found}. Expected a file that can be made or written in a folder that exists.`,
      { cause },
    );
  }
}
