import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  upsert: `
    INSERT INTO senders_due (sender, due) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET due = excluded.due WHERE due > excluded.due`,
  selectFirst: `
    SELECT min(due) AS due FROM (
      SELECT min(due) AS due FROM outbox WHERE sender = ? AND due IS NOT NULL AND parcel IS NULL
      UNION ALL
      SELECT min(due) FROM outbox WHERE sender = ? AND due IS NOT NULL AND parcel IS NOT NULL)`,
  set: `
    INSERT INTO senders_due (sender, due) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET due = excluded.due`,
  remove: 'DELETE FROM senders_due WHERE sender = ?',
  selectDue: `
    SELECT sender FROM senders_due
    WHERE due <= ? AND sender NOT IN (SELECT value FROM json_each(?)) ORDER BY due LIMIT ?`,
} as const;

/**
 * Who is to get receipts, and from when, never later than the first of them: what was lent
 * meanwhile is noticed by whoever looks.
 */
export class SendersDue {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** Something waits for the sender. Answers whether it is the first of all that waits. */
  add(sender: BareJid, due: Millis): boolean {
    return this.#statements.upsert.run(sender, due).changes > 0;
  }

  /** What waits for the sender has changed otherwise. */
  refresh(sender: BareJid): void {
    const { due } = this.#statements.selectFirst.get(sender, sender) as { due: Millis | null };
    if (due === null) this.#statements.remove.run(sender);
    else this.#statements.set.run(sender, due);
  }

  /** Who waits longest, without those who must wait. */
  first(now: Millis, { except, limit }: { except: readonly BareJid[]; limit: number }) {
    const rows = this.#statements.selectDue.all(now, JSON.stringify(except), limit);
    return (rows as { sender: BareJid }[]).map(({ sender }) => sender);
  }
}
