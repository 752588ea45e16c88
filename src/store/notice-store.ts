import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { KeptWatch, Overdue } from './watch-store.ts';

export interface OverdueClaim {
  readonly now: Millis;
  readonly leaseUntil: Millis;
  readonly limit: number;
  /** Senders who are to get nothing now. */
  readonly except: readonly BareJid[];
}

/** Notices to senders, of watches whose deadline is over. They are made by `WatchStore.expire`. */
export interface NoticeStore {
  /** Lends the overdue watches of senders of our domains until the lease is over. */
  claim(claim: OverdueClaim): Promise<readonly Overdue[]>;
  /** The server has taken these notices. */
  settle(watches: readonly Overdue[]): Promise<void>;
  /** The notice cannot be sent now, or came back: it is due again at that time. */
  postpone(watch: KeptWatch, until: Millis): Promise<void>;
}
