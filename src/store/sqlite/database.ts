import Database from 'better-sqlite3';
import { StoreConflict } from '../conflict.ts';
import { HALF_COPIED } from '../copying-port.ts';
import { StoreUnavailable } from '../store.ts';
import { MIGRATIONS } from './schema.ts';
import { damaged, expectSound, lookAt } from './soundness.ts';
import { inEachSpelling } from './spelled-exceptions.ts';

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

/**
 * Opens the file, made and brought up to date if need be. Each statement waits for other processes
 * until `waitNoMore`. Throws StoreUnavailable.
 */
export function openDatabase(path: string, loggedPages = LOGGED_PAGES): Database.Database {
  const database = openTables(path, loggedPages);
  attempt(path, () => {
    if (database.prepare('SELECT 1 FROM copying WHERE one = 1').get() !== undefined) {
      database.close();
      throw new StoreUnavailable(HALF_COPIED);
    }
    database.transaction(beginEpoch).immediate(database);
  });
  return database;
}

/** The same, for a copy: the versions of policies get no name of their own. */
export function openToCopy(path: string): Database.Database {
  const database = openTables(path, LOGGED_PAGES);
  waitNoMore(database);
  return database;
}

/**
 * Every step of opening is done. SQLite would wait with the whole process; from now on
 * `untilNoConflict` waits, without it.
 */
export function waitNoMore(database: Database.Database): void {
  database.pragma('busy_timeout = 0');
}

function openTables(path: string, loggedPages: number): Database.Database {
  const found = lookAt(path);
  const database = attempt(path, () => new Database(path, { timeout: BUSY_WHEN_OPENED }));
  attempt(path, () => {
    expectSound(database, path, found);
    // Readers never wait for the writer; a commit is on the disk when it returns.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(`wal_autocheckpoint = ${loggedPages}`);
    // While another program reads an old state the log cannot be emptied, and grows. Later it
    // shrinks.
    database.pragma(`journal_size_limit = ${loggedPages * PAGE_BYTES}`);
    database.pragma(`cache_size = -${CACHE}`);
    database.transaction(migrate).immediate(database, path);
    // The file itself holds the tables from its first moment on, not only the log beside it.
    if (found.bytes === 0) database.pragma('wal_checkpoint(TRUNCATE)');
  });
  return database;
}

/**
 * Opens a file as it is: nothing is made, checked or brought up to date. Throws StoreUnavailable.
 */
export function openAsItIs(path: string, options: Database.Options = {}): Database.Database {
  const timeout = BUSY_WHEN_OPENED;
  return attempt(path, () => new Database(path, { fileMustExist: true, timeout, ...options }));
}

function migrate(database: Database.Database, path: string): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length) throw new StoreUnavailable(tooNew(path, version));
  database.function('in_each_spelling', { deterministic: true }, inEachSpelling);
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
  database.pragma(`user_version = ${MIGRATIONS.length}`);
}

/**
 * Openings that are remembered. A server that holds a version of an earlier one gets all policies.
 */
const REMEMBERED_EPOCHS = 10_000;

function beginEpoch(database: Database.Database): void {
  database.exec(`
    INSERT INTO epochs (epoch, began) SELECT lower(hex(randomblob(8))), number FROM store;
    DELETE FROM epochs WHERE opening <= (SELECT max(opening) FROM epochs) - ${REMEMBERED_EPOCHS};
    UPDATE store SET is_open = 1;`);
}

/** Without this mark the file is looked through when it is opened again. */
export function markClosed(database: Database.Database): void {
  database.exec('UPDATE store SET is_open = 0');
}

function tooNew(path: string, version: number): string {
  return `store: ${path} was written by a newer xmpp-receipts (schema ${version}, this one knows ${MIGRATIONS.length}); run that one`;
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
    if (cause.code.startsWith('SQLITE_BUSY'))
      throw new StoreConflict(message, { remedy: END_THE_OTHER, cause });
    throw new StoreUnavailable(`store: ${message}. ${remedyFor(cause.code)}`, { cause });
  }
}

const END_THE_OTHER = 'Another process uses the file: end it';

const REMEDIES: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'Make room on the disk; the work is done then',
  SQLITE_READONLY: 'Let the daemon write the file and its folder',
  SQLITE_IOERR: 'Check the disk and its mount; then restart the daemon',
  SQLITE_CORRUPT: 'Stop the daemon and put a backup of the file in its place',
  SQLITE_NOTADB: 'Stop the daemon and put a backup of the file in its place',
};

/** SQLite's codes begin with the kind of failure: SQLITE_IOERR_FSYNC, for instance. */
function remedyFor(code: string): string {
  const kind = Object.keys(REMEDIES).find((name) => code.startsWith(name));
  return (kind && REMEDIES[kind]) ?? 'Check the disk and the log of the system';
}

/** A part of opening the file. Throws StoreUnavailable. */
export function attempt<Result>(path: string, open: () => Result): Result {
  try {
    return open();
  } catch (cause) {
    if (cause instanceof StoreUnavailable) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    if (isDamage(cause)) throw new StoreUnavailable(damaged(path, found), { cause });
    throw new StoreUnavailable(
      `store: cannot open sqlite:${path}: ${found}. Expected a file that can be made or written in a folder that exists.`,
      { cause },
    );
  }
}

/** Of a file whose first page is torn SQLite says that it is not a database. */
function isDamage(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(cause.code);
}
