import type { BareJid } from '../../message/jid.ts';
import type { ReadUpTo } from '../../message/status.ts';
import type { Stamp } from '../../message/time.ts';
import type { Mark, Pair } from '../message-port.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select: 'SELECT position, at, time FROM read_up_to WHERE sender = ? AND recipient = ?',
  upsert: `
    INSERT INTO read_up_to (sender, recipient, position, at, time) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET position = excluded.position, at = excluded.at, time = excluded.time`,
  selectForgotten: 'SELECT at FROM forgotten WHERE account = ?',
  selectAnyForgotten: 'SELECT 1 FROM forgotten LIMIT 1',
} as const;

interface Row extends Omit<ReadUpTo, 'time'> {
  readonly time: Stamp | null;
}

/** What is kept of pairs and accounts: how far each pair has read, and who was deleted. */
export class MarkRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  readUpTo({ sender, recipient }: Pair): ReadUpTo | undefined {
    const row = this.#statements.select.get(sender, recipient) as Row | undefined;
    return row && { ...row, time: row.time ?? undefined };
  }

  put({ sender, recipient, readUpTo: { position, at, time } }: Mark): void {
    this.#statements.upsert.run(sender, recipient, position, at, time ?? null);
  }

  /** Is any deleted account remembered? Mostly none is, and then nobody need be looked up. */
  isAnyForgotten(): boolean {
    return this.#statements.selectAnyForgotten.get() !== undefined;
  }

  forgottenAt(account: BareJid): Stamp | undefined {
    return (this.#statements.selectForgotten.get(account) as { at: Stamp } | undefined)?.at;
  }
}
