import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { OverdueClaim } from './notice-store.ts';
import type { ReminderStore } from './reminder-store.ts';
import type { KeptWatch } from './watch-store.ts';

/** What an adapter does for watches of which somebody is to hear. */
export interface WatchQueuePort extends Within<Pick<ReminderStore, 'ordered'>> {
  /** Overdue watches of senders of our domains that are not lent. */
  overdue(claim: Omit<OverdueClaim, 'leaseUntil'>): Awaitable<readonly KeptWatch[]>;
  /** Number of reminders that this sender has ordered since. */
  countReminded(sender: BareJid, since: Millis): Awaitable<number>;
}
