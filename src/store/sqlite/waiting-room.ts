import type { BareJid } from '../../message/jid.ts';
import { MAX_WAITING } from '../receipt-store.ts';
import type { Database, Statement } from './database.ts';

const COUNT = `
  SELECT count(*) AS waiting FROM (
    SELECT 1 FROM outbox WHERE sender = ? AND due IS NOT NULL LIMIT ${MAX_WAITING})`;

/** Senders that are remembered: some MB. */
const MAX_REMEMBERED = 10_000;

/**
 * Whether one more receipt may wait for a sender. Counting for each receipt would take long for a
 * sender with many. So we remember how many more may come; it is counted again when none is left.
 * What is sent in the meantime only leaves more room.
 */
export class WaitingRoom {
  readonly #count: Statement;
  readonly #left = new Map<BareJid, number>();

  constructor(database: Database) {
    this.#count = database.prepare(COUNT);
  }

  /** The rows may be other ones: another process has written, or a transaction was undone. */
  forgetRemembered(): void {
    this.#left.clear();
  }

  /** Takes a place for one receipt; `false`: there is none. */
  take(sender: BareJid): boolean {
    const left = this.#left.get(sender) || this.left(sender);
    this.#remember(sender, Math.max(0, left - 1));
    return left > 0;
  }

  /** How many more receipts may wait for the sender, counted now. */
  left(sender: BareJid): number {
    const { waiting } = this.#count.get(sender) as { waiting: number };
    return MAX_WAITING - waiting;
  }

  #remember(sender: BareJid, left: number): void {
    if (this.#left.size >= MAX_REMEMBERED) this.#left.clear();
    this.#left.set(sender, left);
  }
}
