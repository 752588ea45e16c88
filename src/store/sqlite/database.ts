import Database from 'better-sqlite3';
import { StoreUnavailable } from '../unavailable.ts';
import { MIGRATIONS } from './schema.ts';

export type { Database, Statement } from 'better-sqlite3';

/** How long another process may hold the write lock before we give up, in ms. */
const BUSY_TIMEOUT = 5000;

/**
 * Pages (4 KB) that gather in the write-ahead log before they go to their places: a page that changes often is written once.
 * What the log takes on the disk, and what has to be read after a crash, is bounded by it.
 */
const LOGGED_PAGES = 8192;

/** Memory for pages, in KB: the inner pages of the indexes of many million messages. */
const CACHE = 16_000;

/** Opens the file, made and brought up to date if need be. Throws StoreUnavailable. */
export function openDatabase(path: string): Database.Database {
  const database = attempt(path, () => new Database(path, { timeout: BUSY_TIMEOUT }));
  attempt(path, () => {
    // Readers never wait for the writer; a commit is on the disk when it returns.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(`wal_autocheckpoint = ${LOGGED_PAGES}`);
    database.pragma(`cache_size = -${CACHE}`);
    database.transaction(migrate).immediate(database, path);
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

/**
 * The work, with expected failures of the database (it is busy, full, read-only, damaged) as
 * StoreUnavailable. Anything else is an error of the one who works, and stays as it is.
 */
export function expectingFailure<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError) || cause.code.startsWith('SQLITE_CONSTRAINT'))
      throw cause;
    throw new StoreUnavailable(`store: ${cause.message} (${cause.code})`, { cause });
  }
}

function attempt<Result>(path: string, open: () => Result): Result {
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
