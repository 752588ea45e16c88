/** Rows by their keys. They are kept as texts, so that nothing is shared but what was saved. */
export class Table<Row> {
  readonly #rows: Map<string, string>;

  constructor(from?: Table<Row>) {
    this.#rows = new Map(from === undefined ? [] : from.#rows);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  get(key: string): Row | undefined {
    const text = this.#rows.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Row);
  }

  set(key: string, row: Row): void {
    this.#rows.set(key, JSON.stringify(row));
  }

  delete(key: string): boolean {
    return this.#rows.delete(key);
  }

  all(): readonly (readonly [string, Row])[] {
    return [...this.#rows].map(([key, text]) => [key, JSON.parse(text) as Row]);
  }

  rows(): readonly Row[] {
    return this.all().map(([, row]) => row);
  }

  /** Changes the rows of these keys that are there. */
  change(keys: readonly string[], change: (row: Row) => Row): void {
    for (const key of keys) {
      const row = this.get(key);
      if (row !== undefined) this.set(key, change(row));
    }
  }

  /** Removes the rows that it is true of, and answers with them. */
  remove(isGoing: (row: Row) => boolean): readonly Row[] {
    const going = this.all().filter(([, row]) => isGoing(row));
    for (const [key] of going) this.#rows.delete(key);
    return going.map(([, row]) => row);
  }
}
