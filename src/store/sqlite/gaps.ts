import type { Stamp } from '../../message/time.ts';
import type { Gap } from '../upkeep-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select: 'SELECT domain, up_to FROM gaps',
  upsert: `
    INSERT INTO gaps (domain, up_to) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET up_to = max(up_to, excluded.up_to)`,
} as const;

/** Up to when each server may have dropped facts. */
export class GapRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  all(): readonly Gap[] {
    const rows = this.#statements.select.all() as { domain: string; up_to: Stamp }[];
    return rows.map(({ domain, up_to }) => [domain, up_to]);
  }

  note(domain: string, upTo: Stamp): void {
    this.#statements.upsert.run(domain, upTo);
  }
}
