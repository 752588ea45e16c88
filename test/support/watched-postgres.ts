import { Client, type QueryResult } from 'pg';
import { Postgres } from './postgres.ts';

/** A PostgreSQL that keeps what it commits, with a look at it past the daemon. */
export class WatchedPostgres {
  readonly address: string;
  readonly #postgres: Postgres;
  readonly #client: Client;

  private constructor(postgres: Postgres, address: string, client: Client) {
    this.#postgres = postgres;
    this.address = address;
    this.#client = client;
  }

  static async start(): Promise<WatchedPostgres> {
    const postgres = await Postgres.start({ isDurable: true });
    const address = await postgres.database();
    const client = new Client({ connectionString: address });
    await client.connect();
    return new WatchedPostgres(postgres, address, client);
  }

  get pid(): number {
    return this.#postgres.pid;
  }

  query(sql: string, values: readonly unknown[] = []): Promise<QueryResult> {
    return this.#client.query(sql, [...values]);
  }

  async stop(): Promise<void> {
    await this.#client.end();
    await this.#postgres.stop();
  }
}
