import type { Stamp } from '../../message/time.ts';
import type { Mentioned, Pair } from '../message-port.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  selectAny: 'SELECT 1 FROM mentions LIMIT 1',
  select: 'SELECT sent, stored FROM mentions WHERE sender = ? AND recipient = ?',
  upsert: `
    INSERT INTO mentions (sender, recipient, sent, stored, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET sent = excluded.sent, stored = excluded.stored, at = excluded.at`,
  remove: 'DELETE FROM mentions WHERE sender = ? AND recipient = ?',
} as const;

interface Row {
  readonly sent: Stamp | null;
  readonly stored: Stamp | null;
}

/** What senders were told of their contacts lately, in words. */
export class MentionRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** Of these pairs. Mostly nothing is mentioned of anybody, and then nobody need be looked up. */
  of(pairs: readonly Pair[]): readonly Mentioned[] {
    if (this.#statements.selectAny.get() === undefined) return [];
    return pairs.flatMap(({ sender, recipient }) => {
      const row = this.#statements.select.get(sender, recipient) as Row | undefined;
      if (row === undefined) return [];
      const mentions = { sent: row.sent ?? undefined, stored: row.stored ?? undefined };
      return [{ sender, recipient, mentions }];
    });
  }

  put({ sender, recipient, mentions: { sent, stored } }: Mentioned): void {
    const { upsert, remove } = this.#statements;
    if (sent === undefined && stored === undefined) remove.run(sender, recipient);
    else
      upsert.run(sender, recipient, sent ?? null, stored ?? null, Math.max(sent ?? 0, stored ?? 0));
  }
}
