import type { CopiedKind } from '../copied-kinds.ts';
import type {
  CopiedPage,
  CopiedRow,
  CopyProgress,
  CopySourcePort,
  Epoch,
  Openings,
} from '../copying-port.ts';
import type { Place } from '../record-store.ts';
import { keyOf, pageOf, plainRow, rowsOf } from './copied-columns.ts';
import type { Sql } from './sql.ts';

/** What is copied from here, as one transaction sees it. */
export class CopiedReading implements Omit<CopySourcePort, 'close'> {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async progress(): Promise<CopyProgress | undefined> {
    const select = 'SELECT source, tables, place FROM copying';
    const [row] = await this.#sql.rows<CopyProgress & { place: Place | null }>(select);
    return row && { ...row, place: row.place ?? undefined };
  }

  async count(kind: CopiedKind): Promise<number> {
    const select = `SELECT count(*) AS count FROM ${rowsOf(kind)}`;
    const [row] = await this.#sql.rows<{ count: number }>(select);
    return row?.count ?? 0;
  }

  async openings(): Promise<Openings> {
    const [row] = await this.#sql.rows<{ number: number }>('SELECT number FROM policy_number');
    const select = 'SELECT opening, epoch, began, component FROM epochs ORDER BY opening';
    return { number: row?.number ?? 0, epochs: await this.#sql.rows<Epoch>(select) };
  }

  async page(kind: CopiedKind, after: Place | undefined, limit: number): Promise<CopiedPage> {
    const place: unknown[] = after === undefined ? [] : JSON.parse(after);
    const found = await this.#sql.rows<CopiedRow>(pageOf(kind, place.length), [...place, limit]);
    const last = found.length < limit ? undefined : found.at(-1);
    const end = last && JSON.stringify(keyOf(kind).map((column) => last[column]));
    return { rows: found.map(plainRow), end };
  }
}
