import type { KeptLimit } from '../limit-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select: 'SELECT domain, bytes, at, version FROM limits WHERE domain = ?',
  upsert: `
    INSERT INTO limits (domain, bytes, at, version) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET bytes = excluded.bytes, at = excluded.at, version = excluded.version`,
} as const;

/** How long a stanza the server takes, over a restart. */
export class LimitRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  get(domain: string): KeptLimit | undefined {
    return this.#statements.select.get(domain) as KeptLimit | undefined;
  }

  keep({ domain, bytes, at, version }: KeptLimit): void {
    this.#statements.upsert.run(domain, bytes, at, version);
  }
}
