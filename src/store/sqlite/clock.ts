import type { KeptClock } from '../upkeep-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select: 'SELECT seen, ahead FROM clock WHERE id = 1',
  upsert: `
    INSERT INTO clock (id, seen, ahead) VALUES (1, ?, ?)
    ON CONFLICT DO UPDATE SET seen = excluded.seen, ahead = excluded.ahead`,
} as const;

/** Our own time over a restart. */
export class ClockRow {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  kept(): KeptClock | undefined {
    return this.#statements.select.get() as KeptClock | undefined;
  }

  keep({ seen, ahead }: KeptClock): void {
    this.#statements.upsert.run(seen, ahead);
  }
}
