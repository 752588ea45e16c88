import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { usageOfFamily } from '../../test/soak/process-usage.ts';
import { WatchedPostgres } from '../../test/support/watched-postgres.ts';

/** What was written so far, by its name. */
export type Written = Readonly<Record<string, number>>;

/** A store whose sizes can be told. */
export interface MeasuredStore {
  readonly address: string;
  /** Resolves when no receipt waits. */
  sent(): Promise<void>;
  /** `pid` is that of the daemon. */
  written(pid: number): Promise<Written>;
  /** Bytes of each table and index. */
  sizes(): Promise<ReadonlyMap<string, number>>;
  end(): Promise<void>;
}

export type StoreName = 'SQLite' | 'PostgreSQL';

export const PLACES: Readonly<Record<StoreName, (folder: string) => Promise<MeasuredStore>>> = {
  SQLite: async (folder) => new SqliteStore(join(folder, 'bench.db')),
  PostgreSQL: () => PostgresStore.start(),
};

const LOOK_MS = 200;
const WAITING = 'SELECT count(*) AS waiting FROM outbox WHERE due IS NOT NULL';

class SqliteStore implements MeasuredStore {
  readonly address: string;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.address = `sqlite:${file}`;
  }

  async sent(): Promise<void> {
    const waiting = () => this.#read(WAITING) as readonly { waiting: number }[];
    while ((waiting()[0]?.waiting ?? 0) > 0) await sleep(LOOK_MS);
  }

  /** The log, and the pages that are copied out of it, as Linux counts what goes to the disk. */
  async written(pid: number): Promise<Written> {
    const io = readFileSync(`/proc/${pid}/io`, 'utf8');
    return { 'bytes to the disk': Number(/^write_bytes: (\d+)/m.exec(io)?.[1] ?? Number.NaN) };
  }

  async sizes(): Promise<ReadonlyMap<string, number>> {
    const rows = this.#read('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name');
    return new Map((rows as { name: string; bytes: number }[]).map((row) => [row.name, row.bytes]));
  }

  async end(): Promise<void> {}

  #read(query: string): readonly unknown[] {
    const database = new Database(this.#file, { readonly: true });
    const rows = database.prepare(query).all();
    database.close();
    return rows;
  }
}

const SIZES = `
  SELECT c.relname AS name, pg_relation_size(c.oid) AS bytes FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')`;

const WRITTEN = `
  SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes,
    (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits`;

class PostgresStore implements MeasuredStore {
  readonly #postgres: WatchedPostgres;

  private constructor(postgres: WatchedPostgres) {
    this.#postgres = postgres;
  }

  static async start(): Promise<PostgresStore> {
    return new PostgresStore(await WatchedPostgres.start());
  }

  get address(): string {
    return this.#postgres.address;
  }

  async sent(): Promise<void> {
    while (Number((await this.#postgres.query(WAITING)).rows[0].waiting) > 0) await sleep(LOOK_MS);
  }

  async written(): Promise<Written> {
    const [row] = (await this.#postgres.query(WRITTEN)).rows;
    const { processor } = await usageOfFamily(this.#postgres.pid);
    return {
      'bytes of the write-ahead log': Number(row.bytes),
      commits: Number(row.commits),
      'µs of the database': processor * 1e6,
    };
  }

  async sizes(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.#postgres.query(SIZES);
    return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
  }

  async end(): Promise<void> {
    await this.#postgres.stop();
  }
}
