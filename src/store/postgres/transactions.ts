import { StoreConflict } from '../conflict.ts';
import { StoreUnavailable } from '../store.ts';
import type { Fence } from '../store-lock.ts';
import {
  type Connection,
  failureOf,
  failureToConnect,
  isLost,
  isSilent,
  type Pool,
  sqlOn,
} from './connection.ts';
import { beginFenced } from './fence.ts';
import type { Sql } from './sql.ts';

export const WRITE = 'BEGIN ISOLATION LEVEL SERIALIZABLE';

/** A read takes what was committed when it began: nothing can be in its way. */
export const READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

type Begin = typeof WRITE | typeof READ;

/** Transactions, each on a connection of its own for as long as it runs. */
export class Transactions {
  readonly #pool: Pool;
  readonly #fence: Fence | undefined;
  #isClosed = false;

  constructor(pool: Pool, fence?: Fence) {
    this.#pool = pool;
    this.#fence = fence;
  }

  async run<Result>(begin: Begin, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    if (this.#isClosed)
      throw new StoreUnavailable(
        'store: it is closed, because the daemon stops; nothing is to be done',
      );
    const connection = await this.#connect();
    let isCommitting = false;
    try {
      await this.#begin(connection, begin);
      const result = await work(sqlOn(connection));
      isCommitting = true;
      expectCommitted(await connection.query('COMMIT'));
      connection.release();
      return result;
    } catch (error) {
      await rollBack(connection, error);
      throw this.#failure(error, isCommitting);
    }
  }

  /** Waits for those that run. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pool.end();
  }

  async #begin(connection: Connection, begin: Begin): Promise<void> {
    if (begin === WRITE && this.#fence !== undefined)
      await beginFenced(connection, begin, this.#fence);
    else await connection.query(begin);
  }

  async #connect(): Promise<Connection> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw failureToConnect(error);
    }
  }

  /** A connection that was lost before the commit has left nothing: the work can be done anew. */
  #failure(error: unknown, isCommitting: boolean): unknown {
    if (!isCommitting && isLost(error) && !isSilent(error))
      return new StoreConflict('the connection to PostgreSQL was lost', {
        remedy: 'Look at the log of PostgreSQL and at the network; the work is tried again',
        cause: error,
      });
    return failureOf(error);
  }
}

/** If a statement has failed, and the work went on, PostgreSQL answers that it rolled back. */
function expectCommitted({ command }: { readonly command: string }): void {
  if (command !== 'COMMIT')
    throw new Error(
      'the transaction was rolled back, as a statement failed: this is a bug of xmpp-receipts, please report it',
    );
}

/** A connection on which not even that works is not used again. */
async function rollBack(connection: Connection, cause: unknown): Promise<void> {
  if (isLost(cause)) {
    connection.release(true);
    return;
  }
  try {
    await connection.query('ROLLBACK');
    connection.release();
  } catch {
    // The first error says what is wrong.
    connection.release(true);
  }
}
