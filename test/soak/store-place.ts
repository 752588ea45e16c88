import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoreKind } from '../faults/plan.ts';
import { WatchedPostgres } from '../support/watched-postgres.ts';
import { fileBytes, type Usage, usageOfFamily } from './process-usage.ts';

/** What a store holds and how large it is, by the names of the columns. */
export type Figures = Readonly<Record<string, number>>;

/** Where the daemon keeps its store, and a way to look at it past the daemon. */
export interface StorePlace {
  readonly address: string;
  /** To be called before the daemon is started, when the tables are there. */
  fill(receipts: number, forMs: number): Promise<void>;
  figures(): Promise<Figures>;
  /** Of its own processes, if it has any. */
  usage(): Promise<Usage | undefined>;
  close(): Promise<void>;
}

export function openPlace(kind: StoreKind, folder: string): Promise<StorePlace> {
  return kind === 'sqlite'
    ? Promise.resolve(new SqlitePlace(join(folder, 'receipts.db')))
    : PostgresPlace.start();
}

const DAY = 86_400_000;

const ROWS = {
  'rows messages': 'SELECT count(*) FROM messages',
  'rows waiting receipts': 'SELECT count(*) FROM outbox WHERE due IS NOT NULL',
  'rows sent receipts': 'SELECT count(*) FROM outbox WHERE taken IS NOT NULL',
  'rows ticks': 'SELECT count(*) FROM ticks',
  'rows questions': 'SELECT count(*) FROM questions',
  'rows asked messages': 'SELECT count(*) FROM asked_messages',
  'rows wakes': 'SELECT count(*) FROM messages WHERE wake IS NOT NULL',
  'rows aliases': 'SELECT count(*) FROM aliases',
  'rows read-up-to': 'SELECT count(*) FROM read_up_to',
  'rows senders due': 'SELECT count(*) FROM senders_due',
} as const;

const ALL_ROWS = `SELECT ${Object.entries(ROWS)
  .map(([name, query]) => `(${query}) AS "${name}"`)
  .join(', ')}`;

class SqlitePlace implements StorePlace {
  readonly address: string;
  readonly #file: string;
  #database: Database.Database | undefined;

  constructor(file: string) {
    this.#file = file;
    this.address = `sqlite:${file}`;
  }

  async fill(receipts: number, forMs: number): Promise<void> {
    const database = new Database(this.#file);
    database
      .prepare(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $receipts)
         INSERT INTO outbox (sender, recipient, id, message, status, receipt, parcel, tries, taken)
         SELECT 'longago10@soak.test', 'longago20@soak.test', 'long-ago-long-ago-' || i, -i, 'stored',
           $receipt, 'r-long-ago-long-ago-long-ago-long-' || i, 1, $first + i * $forMs / $receipts FROM n`,
      )
      .run({ receipts, receipt: RECEIPT, first: Date.now() - DAY, forMs });
    database.close();
  }

  async figures(): Promise<Figures> {
    this.#database ??= new Database(this.#file, { readonly: true });
    const rows = this.#database.prepare(ALL_ROWS).get() as Figures;
    const pages = (name: string) => this.#database?.pragma(name, { simple: true }) as number;
    const pageBytes = pages('page_size');
    return {
      ...rows,
      'store bytes': await fileBytes(this.#file),
      'store bytes in use': (pages('page_count') - pages('freelist_count')) * pageBytes,
      'write-ahead log bytes': await fileBytes(`${this.#file}-wal`),
    };
  }

  async usage(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#database?.close();
  }
}

class PostgresPlace implements StorePlace {
  readonly #postgres: WatchedPostgres;

  private constructor(postgres: WatchedPostgres) {
    this.#postgres = postgres;
  }

  static async start(): Promise<PostgresPlace> {
    return new PostgresPlace(await WatchedPostgres.start());
  }

  get address(): string {
    return this.#postgres.address;
  }

  async fill(receipts: number, forMs: number): Promise<void> {
    await this.#postgres.query(
      `INSERT INTO outbox (shard, number, sender, recipient, id, status, message_at, receipt,
         parcel, tries, taken)
       SELECT i % 16, i, 'longago10@soak.test', 'longago20@soak.test', 'long-ago-long-ago-' || i, 'stored',
         0, $2::text, 'r-long-ago-long-ago-long-ago-long-' || i, 1, $3::float8 + i * $4::float8 / $1::int FROM generate_series(1, $1::int) AS i`,
      [receipts, RECEIPT, Date.now() - DAY, forMs],
    );
  }

  async figures(): Promise<Figures> {
    const { rows } = await this.#postgres.query(ALL_ROWS);
    const sizes = await this.#postgres.query(SIZES);
    return Object.fromEntries(
      Object.entries({ ...rows[0], ...sizes.rows[0] }).map(([name, value]) => [
        name,
        Number(value),
      ]),
    );
  }

  usage(): Promise<Usage> {
    return usageOfFamily(this.#postgres.pid);
  }

  async close(): Promise<void> {
    await this.#postgres.stop();
  }
}

const SIZES = `
  SELECT pg_database_size(current_database()) AS "store bytes",
    (SELECT sum(size) FROM pg_ls_waldir()) AS "write-ahead log bytes",
    pg_current_wal_lsn() - '0/0'::pg_lsn AS "log written bytes",
    (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits,
    (SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'messages') AS "dead rows messages",
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections`;

/** As long as most of those that are written. */
const RECEIPT = JSON.stringify({
  evidence: 'client',
  at: 1_764_300_000_000_000,
  messageAt: 1_764_300_000_000_000,
  unarchived: true,
});
