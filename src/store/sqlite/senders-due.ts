import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  // Without a new `due` the index stays as it is: most receipts are not the first.
  count:
    'UPDATE senders_due SET waiting = waiting + 1 WHERE sender = ? AND due <= ? RETURNING waiting',
  add: `
    INSERT INTO senders_due (sender, due, waiting) VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET due = excluded.due, waiting = waiting + 1
    RETURNING waiting`,
  uncount: 'UPDATE senders_due SET waiting = waiting - 1 WHERE sender = ?',
  selectWaiting: 'SELECT waiting FROM senders_due WHERE sender = ?',
  selectFirst: `
    SELECT min(due) AS due, sum(waiting) AS waiting FROM (
      SELECT min(due) AS due, count(*) AS waiting FROM outbox
      WHERE sender = ? AND due IS NOT NULL AND parcel IS NULL
      UNION ALL
      SELECT min(due), count(*) FROM outbox
      WHERE sender = ? AND due IS NOT NULL AND parcel IS NOT NULL)`,
  set: `
    INSERT INTO senders_due (sender, due, waiting) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET due = excluded.due, waiting = excluded.waiting`,
  remove: 'DELETE FROM senders_due WHERE sender = ?',
  selectDue: `
    SELECT sender FROM senders_due
    WHERE due <= ? AND sender NOT IN (SELECT value FROM json_each(?)) ORDER BY due LIMIT ?`,
} as const;

/**
 * Which senders have receipts to get, how many, and from when: never later than the first of them.
 * If a receipt was lent in the meantime, whoever looks at it puts the row right.
 */
export class SendersDue {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** One more receipt waits for the sender. Answers how many wait then. */
  add(sender: BareJid, due: Millis): number {
    const { count, add } = this.#statements;
    return ((count.get(sender, due) ?? add.get(sender, due)) as WaitingRow).waiting;
  }

  /** The last receipt is not kept by itself: it is a number on another one. */
  uncount(sender: BareJid): void {
    this.#statements.uncount.run(sender);
  }

  waiting(sender: BareJid): number {
    const row = this.#statements.selectWaiting.get(sender) as WaitingRow | undefined;
    return row?.waiting ?? 0;
  }

  /** The receipts that wait for the sender have changed in another way. */
  refresh(sender: BareJid): void {
    const first = this.#statements.selectFirst.get(sender, sender) as FirstRow;
    if (first.due === null) this.#statements.remove.run(sender);
    else this.#statements.set.run(sender, first.due, first.waiting);
  }

  /** Who waits longest, without those who must wait. */
  first(now: Millis, { except, limit }: { except: readonly BareJid[]; limit: number }) {
    const rows = this.#statements.selectDue.all(now, JSON.stringify(except), limit);
    return (rows as { sender: BareJid }[]).map(({ sender }) => sender);
  }
}

interface WaitingRow {
  readonly waiting: number;
}

interface FirstRow extends WaitingRow {
  readonly due: Millis | null;
}
