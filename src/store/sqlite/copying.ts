import type { CopiedKind } from '../copied-kinds.ts';
import type {
  CopiedPage,
  CopiedRow,
  CopyingPort,
  CopyProgress,
  Epoch,
  Openings,
} from '../copying-port.ts';
import type { Place } from '../record-store.ts';
import { StoreUnavailable } from '../store.ts';
import { openExisting } from './backup.ts';
import { type Database, expectingFailure, markClosed, openToCopy } from './database.ts';
import { isSpelled } from './respelling.ts';

/** Opens the file of a store that is copied. Throws StoreUnavailable, also if there is none. */
export function openSqliteSource(path: string): CopyingPort {
  const found = openExisting(path);
  try {
    if (!wasSpelled(found)) throw new StoreUnavailable(neverOpened(path));
  } finally {
    found.close();
  }
  return openSqliteCopying(path);
}

/** An older file has no such column. It is left as it is: the older daemon may still want it. */
function wasSpelled(database: Database): boolean {
  const columns = database.pragma('table_info(store)') as readonly { readonly name: string }[];
  return columns.some(({ name }) => name === 'spelled') && isSpelled(database);
}

function neverOpened(path: string): string {
  return `store: ${path} was last used by an older version, which kept addresses in several spellings, and nothing was changed. Start the daemon of this version on it once (xmpp-receipts run), stop it, and copy then`;
}

/** Opens or makes a file. Throws StoreUnavailable. */
export function openSqliteCopying(path: string): CopyingPort {
  if (path === ':memory:')
    throw new StoreUnavailable('store: a store in memory goes with its process: name a file');
  return new SqliteCopying(openToCopy(path));
}

class SqliteCopying implements CopyingPort {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  progress(): Promise<CopyProgress | undefined> {
    return expectingFailure(async () => {
      const select = 'SELECT source, tables, place FROM copying';
      const row = this.#database.prepare(select).get() as Progress | undefined;
      return row && { ...row, place: row.place ?? undefined };
    });
  }

  count({ table }: CopiedKind): Promise<number> {
    return expectingFailure(async () => {
      const counted = this.#database.prepare(`SELECT count(*) AS count FROM ${table}`).get();
      return (counted as { count: number }).count;
    });
  }

  openings(): Promise<Openings> {
    return expectingFailure(async () => {
      const { number } = this.#database.prepare('SELECT number FROM store').get() as Openings;
      const select = 'SELECT opening, epoch, began FROM epochs ORDER BY opening';
      return { number, epochs: this.#database.prepare(select).all() as Epoch[] };
    });
  }

  page(kind: CopiedKind, after: Place | undefined, limit: number): Promise<CopiedPage> {
    return expectingFailure(async () => {
      const place: unknown[] = after === undefined ? [] : JSON.parse(after);
      const select = this.#database.prepare(pageOf(kind, after !== undefined));
      const rows = select.all(...place, limit) as CopiedRow[];
      const last = rows.length < limit ? undefined : rows.at(-1);
      return { rows, end: last && JSON.stringify(keyOf(kind).map((column) => last[column])) };
    });
  }

  begin({ number, epochs }: Openings, progress: CopyProgress): Promise<void> {
    return this.#write(() => {
      this.#database.prepare('DELETE FROM epochs').run();
      const insert = 'INSERT INTO epochs (opening, epoch, began) VALUES (?, ?, ?)';
      const epoch = this.#database.prepare(insert);
      for (const { opening, epoch: name, began } of epochs) epoch.run(opening, name, began);
      // The addresses are as in the other store. A daemon spells them as its settings say.
      this.#database.prepare("UPDATE store SET number = ?, spelled = 'copied'").run(number);
      this.#keep(progress);
    });
  }

  put(kind: CopiedKind, rows: readonly CopiedRow[], progress: CopyProgress): Promise<void> {
    return this.#write(() => {
      const insert = this.#database.prepare(insertOf(kind));
      for (const row of rows) insert.run(row);
      this.#keep(progress);
    });
  }

  finish(): Promise<void> {
    return this.#write(() => void this.#database.prepare('DELETE FROM copying').run());
  }

  async close(): Promise<void> {
    if (!this.#database.open) return;
    markClosed(this.#database);
    this.#database.close();
  }

  #write(work: () => void): Promise<void> {
    return expectingFailure(async () => this.#database.transaction(work).immediate());
  }

  #keep({ source, tables, place }: CopyProgress): void {
    const upsert = 'REPLACE INTO copying (one, source, tables, place) VALUES (1, ?, ?, ?)';
    this.#database.prepare(upsert).run(source, tables, place ?? null);
  }
}

interface Progress {
  readonly source: string;
  readonly tables: number;
  readonly place: Place | null;
}

function keyOf({ key }: CopiedKind): readonly string[] {
  return key === 'numbered' ? ['number'] : key;
}

/** A receipt names its message, which is there already, by a number of this file. */
const MESSAGE = `
  (SELECT number FROM messages WHERE sender = $sender AND recipient = $recipient AND id = $id)`;

function insertOf({ table, columns }: CopiedKind): string {
  const names = Object.keys(columns);
  const values = names.map((name) => `$${name}`);
  if (table !== 'outbox')
    return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})`;
  return `INSERT INTO outbox (${names.join(', ')}, message) VALUES (${values.join(', ')}, ${MESSAGE})`;
}

function pageOf(kind: CopiedKind, isNext: boolean): string {
  const key = keyOf(kind);
  const columns = [...new Set([...key, ...Object.keys(kind.columns)])].join(', ');
  const after = isNext ? `WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')})` : '';
  return `SELECT ${columns} FROM ${kind.table} ${after} ORDER BY ${key.join(', ')} LIMIT ?`;
}
