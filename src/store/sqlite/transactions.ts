import type { Transaction, Work } from '../adapter.ts';
import { StoreUnavailable } from '../store.ts';
import { type Database, expectingFailure, type Statement } from './database.ts';

type Begin = 'BEGIN IMMEDIATE' | 'BEGIN DEFERRED';

/**
 * The transactions of one connection, one after the other: whoever waits for something in a
 * transaction must not find another task's statements in it.
 */
export class Transactions {
  readonly #database: Database;
  readonly #rows: Transaction;
  readonly #onUndone: () => void;
  readonly #statements: Readonly<Record<Begin | 'COMMIT' | 'ROLLBACK', Statement>>;
  #last: Promise<unknown> = Promise.resolve();

  /** `onUndone`: what is remembered of the rows may be wrong now. */
  constructor(database: Database, rows: Transaction, onUndone: () => void = () => {}) {
    this.#database = database;
    this.#rows = rows;
    this.#onUndone = onUndone;
    this.#statements = {
      'BEGIN IMMEDIATE': database.prepare('BEGIN IMMEDIATE'),
      'BEGIN DEFERRED': database.prepare('BEGIN DEFERRED'),
      COMMIT: database.prepare('COMMIT'),
      ROLLBACK: database.prepare('ROLLBACK'),
    };
  }

  run<Result>(begin: Begin, work: Work<Result>): Promise<Result> {
    return this.#inTurn(() => expectingFailure(() => this.#transact(begin, work)));
  }

  /** Closes the connection when all that was begun is done, after this. */
  close(last: () => void = () => {}): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#database.open) return;
      try {
        last();
      } catch {
        // Somebody else is in the way, or the disk: the next opening looks the file through.
      }
      this.#database.close();
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    // The error belongs to whoever waits for this turn. The next turn begins all the same.
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #transact<Result>(begin: Begin, work: Work<Result>): Promise<Result> {
    if (!this.#database.open)
      throw new StoreUnavailable(
        'store: it is closed, because the daemon stops; nothing is to be done',
      );
    // A rollback that failed is tried again.
    this.#rollBack();
    if (this.#database.inTransaction)
      throw new StoreUnavailable(
        'store: the last transaction cannot be rolled back. Check the disk, then restart the daemon',
      );
    this.#statements[begin].run();
    try {
      const result = await work(this.#rows);
      this.#statements.COMMIT.run();
      return result;
    } catch (error) {
      this.#rollBack();
      this.#onUndone();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      // SQLite itself rolls back after some failures, of the disk for instance.
      if (this.#database.inTransaction) this.#statements.ROLLBACK.run();
    } catch {
      // The first error says what is wrong.
    }
  }
}
