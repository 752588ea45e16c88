import type { Millis } from '../../message/time.ts';
import type { Contact } from '../contact-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  // Nothing is written, and the disk does not work, for one that is known.
  insert: `
    INSERT INTO contacts (account, address, born) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  remove: 'DELETE FROM contacts WHERE account = ? AND address = ?',
  selectAfter: `
    SELECT account, address FROM contacts
    WHERE (account, address) > (?, ?) ORDER BY account, address LIMIT ?`,
} as const;

/** Who has us among the contacts. */
export class ContactRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  add({ account, address }: Contact, now: Millis): void {
    this.#statements.insert.run(account, address, now);
  }

  remove({ account, address }: Contact): void {
    this.#statements.remove.run(account, address);
  }

  page({ account, address }: Contact, limit: number): readonly Contact[] {
    return this.#statements.selectAfter.all(account, address, limit) as Contact[];
  }
}
