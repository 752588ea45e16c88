import { createRequire } from 'node:module';
import type pg from 'pg';
import { StoreConflict } from '../conflict.ts';
import { StoreUnavailable } from '../store.ts';
import type { Sql } from './sql.ts';

/** Loaded when it is needed: most daemons and commands have no PostgreSQL, and start sooner without it. */
const driver = (): typeof pg => createRequire(import.meta.url)('pg');

/** How long we wait for a connection. */
const CONNECT_MS = 10_000;

/** How long one who works with the database waits, and is waited for. */
export interface Patience {
  /** For the answer to one statement. */
  readonly statementMs: number;
  /** Of that, for a lock that others have. Whoever comes after us waits behind us. */
  readonly lockMs: number;
  /** How long a transaction may wait for us. */
  readonly idleMs: number;
}

/**
 * A daemon's. The second time is shorter than the lease: what a process holds that was stopped in a
 * transaction is free when another one takes over.
 */
const SHORT_WORK: Patience = { statementMs: 30_000, lockMs: 30_000, idleMs: 10_000 };

/** To count the rows of large tables, to move them, or to make an index of them takes its time. */
export const LONG_STATEMENTS: Patience = { ...SHORT_WORK, statementMs: 3_600_000 };

/** One snapshot is read page by page, and each page goes to a disk. It is in nobody's way. */
export const LONG_SNAPSHOT: Patience = { ...LONG_STATEMENTS, idleMs: 600_000 };

/** Stamps and times are far below 2^53: they are numbers. */
const BIGINT = 20;

export type Pool = pg.Pool;
export type Connection = pg.PoolClient;

export function makePool(
  address: string,
  connections: number,
  { statementMs, lockMs, idleMs }: Patience = SHORT_WORK,
): Pool {
  const { Pool, types } = driver();
  const pool = new Pool({
    connectionString: address,
    max: connections,
    application_name: 'xmpp-receipts',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: statementMs,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleMs,
    types: { getTypeParser: withNumbers(types) },
  });
  // A connection can end while no statement runs on it. Its next statement fails and says why, and
  // so does the next transaction.
  pool.on('error', () => {});
  pool.on('connect', (connection) => connection.on('error', () => {}));
  return pool;
}

function withNumbers(types: typeof pg.types): typeof pg.types.getTypeParser {
  return (oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT ? Number : types.getTypeParser(oid, format as 'text');
}

/** What a statement is called on the server is the same in each connection: it is prepared once. */
const names = new Map<string, string>();

export function sqlOn(connection: Connection): Sql {
  const query = (text: string, values: readonly unknown[] = []) =>
    connection.query({ name: nameOf(text), text, values: [...values] });
  return {
    rows: async <Row>(text: string, values?: readonly unknown[]) =>
      (await query(text, values)).rows as Row[],
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  };
}

/** Several statements in one round trip, without values. */
export async function resultsOf(
  connection: Connection,
  text: string,
): Promise<readonly pg.QueryResult[]> {
  return [await connection.query(text)].flat();
}

function nameOf(text: string): string {
  const name = names.get(text) ?? `receipts_${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * What a failure of the database is to the store: a conflict, after which the work can be done anew;
 * or the database is away. Any other error is a bug of the caller and comes back unchanged.
 */
export function failureOf(cause: unknown): unknown {
  if (cause instanceof StoreConflict || cause instanceof StoreUnavailable) return cause;
  const code = codeOf(cause);
  if (code === undefined) return cause;
  const message = `${(cause as Error).message} (${code})`;
  if (IN_THE_WAY.test(code)) return new StoreConflict(message, { remedy: END_THE_OTHER, cause });
  if (AWAY.test(code))
    return new StoreUnavailable(`store: ${message}. ${remedyFor(code)}`, { cause });
  return cause;
}

/** The connection is lost, as far as the error tells. */
export function isLost(cause: unknown): boolean {
  const code = codeOf(cause);
  return code !== undefined && LOST.test(code);
}

/** A connection could not be had. Whatever the reason, no work of ours has caused it. */
export function failureToConnect(cause: unknown): StoreUnavailable {
  const { message } = cause instanceof Error ? cause : { message: String(cause) };
  const code = codeOf(cause);
  const said = code === undefined ? message : `${message} (${code})`.trimStart();
  return new StoreUnavailable(`store: no connection: ${said}. ${remedyFor(code ?? message)}`, {
    cause,
  });
}

/** PostgreSQL, or the network, did not answer: to try again at once would be as slow. */
export function isSilent(cause: unknown): boolean {
  return codeOf(cause) === 'ETIMEDOUT';
}

// PostgreSQL's appendix A. 23505: two daemons made the same new row; the second one sees it next
// time. 25P03, 57P05: we said nothing for too long, as this process or its machine slept. 0A000: a
// standby server does not begin transactions as ours.
const IN_THE_WAY = /^(40001|40P01|23505|55P03)$/;
const LOST = /^(08...|25P03|57P0[12345]|E(?!RR_)[A-Z_]+)$/;
const AWAY =
  /^(08...|0A000|25006|28...|3D000|42501|53...|55...|57...|58...|XX...|E(?!RR_)[A-Z_]+)$/;

const END_THE_OTHER =
  'See in pg_stat_activity which other program writes to this database, and end it';

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /^E(CONNREFUSED|NOTFOUND|AI_AGAIN|NOENT|HOSTUNREACH|NETUNREACH|TIMEDOUT)$/,
    'Start PostgreSQL, or correct host and port in "store"',
  ],
  [/^(28|SASL)/, 'Correct user and password in "store"; see pg_hba.conf'],
  [
    /SSL|CERT|SIGNATURE/,
    'Correct "sslmode" and the certificates in "store", or those of PostgreSQL',
  ],
  [/^ERR_INVALID_URL$/, 'Correct "store": postgres://user@host:port/database'],
  [/^3D000$/, 'Make the database (createdb), or correct its name in "store"'],
  [/^42501$/, 'Let the user create tables in this database and write them'],
  [/^25006$/, 'The database is read-only: name the primary server in "store"'],
  [
    /^0A000$/,
    'If it is a standby server, name the primary one in "store". If it is not PostgreSQL itself, see docs/scale.md',
  ],
  [/^53100$/, 'Make room on the disk of PostgreSQL; the work is done then'],
  [/^53300$/, 'Raise max_connections of PostgreSQL, or end programs that use it'],
];

function remedyFor(code: string): string {
  const known = REMEDIES.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? 'Look at the log of PostgreSQL; the work is tried again';
}

/** PostgreSQL's code, or that of the network. */
function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  // The driver gives these no code.
  if (SILENT.test(cause.message)) return 'ETIMEDOUT';
  return ENDED.test(cause.message) ? 'ECONNRESET' : undefined;
}

const SILENT =
  /^(timeout exceeded when trying to connect|Query read timeout|.* connection timeout$)/;
const ENDED = /^(Connection terminated|Client has encountered a connection error)/;
