import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { chosenIn } from '../json-columns.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  insert: `
    INSERT INTO senders_due (sender, due) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET due = excluded.due WHERE due > excluded.due`,
  removeIdle: `
    DELETE FROM senders_due WHERE sender = $sender
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE sender = $sender AND due IS NOT NULL)`,
  // A receipt may be due, and lent until later.
  correct: `
    UPDATE senders_due SET due =
      (SELECT min(max(due, lease)) FROM outbox WHERE sender = $sender AND due IS NOT NULL)
    WHERE sender = $sender`,
  selectDue: `
    SELECT s.sender, p.preferences
    FROM senders_due s LEFT JOIN preferences p ON p.account = s.sender
    WHERE s.due <= ? AND s.sender NOT IN (SELECT value FROM json_each(?))
    ORDER BY s.due LIMIT ?`,
} as const;

/** Senders that are remembered: some MB. */
const MAX_REMEMBERED = 10_000;

/**
 * Which senders have receipts to get, and from when: never later than the first of them. It may be
 * earlier than that; whoever finds nothing to send puts it right.
 */
export class SendersDue {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;
  /** Senders whose rows are there, and a time that is not before the one in the row. */
  readonly #remembered = new Map<BareJid, Millis>();

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** A receipt waits for the sender. */
  add(sender: BareJid, due: Millis): void {
    this.#statements.insert.run(sender, due);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(sender, due);
  }

  /** The same, from memory if it can be: most receipts are not the first of their sender. */
  addIfNew(sender: BareJid, due: Millis): void {
    const known = this.#remembered.get(sender);
    if (known === undefined || known > due) this.add(sender, due);
  }

  /** The rows may be other ones: another process has written, or a transaction was undone. */
  forgetRemembered(): void {
    this.#remembered.clear();
  }

  /** A receipt waits no longer. It may have been the last. */
  removeIdle(sender: BareJid): void {
    this.#remembered.delete(sender);
    this.#statements.removeIdle.run({ sender });
  }

  /** Nothing could be sent to the sender now. */
  correct(sender: BareJid): void {
    this.removeIdle(sender);
    this.#statements.correct.run({ sender });
  }

  /** Who waits longest, without those who must wait. */
  first(
    now: Millis,
    { except, limit }: { except: readonly BareJid[]; limit: number },
  ): readonly SenderDue[] {
    const rows = this.#statements.selectDue.all(now, JSON.stringify(except), limit);
    return (rows as SenderRow[]).map(({ sender, preferences }) => ({
      sender,
      preferences: chosenIn(preferences),
    }));
  }
}

export interface SenderDue {
  readonly sender: BareJid;
  readonly preferences: Preferences;
}

interface SenderRow {
  readonly sender: BareJid;
  readonly preferences: string | null;
}
