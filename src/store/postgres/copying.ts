import { untilNoConflict } from '../conflict.ts';
import type { CopiedKind } from '../copied-kinds.ts';
import type {
  CopiedPage,
  CopiedRow,
  CopyingPort,
  CopyProgress,
  Openings,
} from '../copying-port.ts';
import type { Place } from '../record-store.ts';
import type { Fence } from '../store-lock.ts';
import { LONG_STATEMENTS, makePool } from './connection.ts';
import { columnsOf, insertOf } from './copied-columns.ts';
import { CopiedReading } from './copied-reading.ts';
import { Numbers } from './numbers.ts';
import type { Sql } from './sql.ts';
import { READ, Transactions, WRITE } from './transactions.ts';
import { bringUpToDate } from './up-to-date.ts';

const KEEP_PROGRESS = `
  INSERT INTO copying (one, source, tables, place) VALUES (true, $1, $2, $3)
  ON CONFLICT (one) DO UPDATE SET source = excluded.source, tables = excluded.tables, place = excluded.place`;

const INSERT_EPOCHS = `
  INSERT INTO epochs (opening, epoch, began, component)
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[])`;

/** Opens a database, which gets its tables if it has none. Rejects with StoreUnavailable. */
export async function openPostgresCopying(
  address: string,
  fence: Fence | undefined,
): Promise<CopyingPort> {
  await bringUpToDate(address);
  return new PostgresCopying(new Transactions(makePool(address, 1, LONG_STATEMENTS), fence));
}

export class PostgresCopying implements CopyingPort {
  readonly #transactions: Pick<Transactions, 'run' | 'close'>;
  readonly #numbers = new Numbers();

  constructor(transactions: Pick<Transactions, 'run' | 'close'>) {
    this.#transactions = transactions;
  }

  progress(): Promise<CopyProgress | undefined> {
    return this.#read((reading) => reading.progress());
  }

  count(kind: CopiedKind): Promise<number> {
    return this.#read((reading) => reading.count(kind));
  }

  openings(): Promise<Openings> {
    return this.#read((reading) => reading.openings());
  }

  page(kind: CopiedKind, after: Place | undefined, limit: number): Promise<CopiedPage> {
    return this.#read((reading) => reading.page(kind, after, limit));
  }

  begin({ number, epochs }: Openings, progress: CopyProgress): Promise<void> {
    return this.#write(async (sql) => {
      await sql.run('DELETE FROM epochs');
      await sql.run(INSERT_EPOCHS, [
        epochs.map(({ opening }) => opening),
        epochs.map(({ epoch }) => epoch),
        epochs.map(({ began }) => began),
        epochs.map(({ component = '' }) => component),
      ]);
      await sql.run('UPDATE policy_number SET number = $1', [number]);
      await keepProgress(sql, progress);
    });
  }

  put(kind: CopiedKind, rows: readonly CopiedRow[], progress: CopyProgress): Promise<void> {
    const columns = columnsOf(kind, this.#numbers);
    return this.#write(async (sql) => {
      await sql.run(
        insertOf(kind, columns),
        columns.map(({ valueIn }) => rows.map(valueIn)),
      );
      await keepProgress(sql, progress);
    });
  }

  finish(): Promise<void> {
    return this.#write(async (sql) => void (await sql.run('DELETE FROM copying')));
  }

  close(): Promise<void> {
    return this.#transactions.close();
  }

  #read<Result>(work: (reading: CopiedReading) => Promise<Result>): Promise<Result> {
    return untilNoConflict(() =>
      this.#transactions.run(READ, (sql) => work(new CopiedReading(sql))),
    );
  }

  #write(work: (sql: Sql) => Promise<void>): Promise<void> {
    return untilNoConflict(() => this.#transactions.run(WRITE, work));
  }
}

async function keepProgress(sql: Sql, { source, tables, place }: CopyProgress): Promise<void> {
  await sql.run(KEEP_PROGRESS, [source, tables, place ?? null]);
}
