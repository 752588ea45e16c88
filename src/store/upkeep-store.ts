import type { BareJid } from '../message/jid.ts';
import type { Millis, Stamp } from '../message/time.ts';

/** What one chunk of removing came to. */
export interface Removed {
  /** How many things went: messages, receipts, marks and the like. */
  readonly count: number;
  /** Is the verb to be called again, once others had their turn? */
  readonly isMore: boolean;
}

/** Maximum number up to which `backlog` counts: counting takes time. */
export const MAX_COUNTED = 100_000;

/** How many wait to be sent or answered. */
export interface Backlog {
  readonly receipts: number;
  readonly ticks: number;
  readonly questions: number;
}

/** What `prune` may remove. */
export interface PruneLimits {
  readonly now: Millis;
  /** Messages whose last sending is older go. */
  readonly before: Millis;
  /** Which accounts were deleted, and ticks, go when older than that; `undefined`: than `before`. */
  readonly othersBefore?: Millis | undefined;
  /** Facts without `accepted` go when first seen before this ... */
  readonly unacceptedBefore: Millis;
  /** ... or when there are more than so many, oldest first. */
  readonly maxUnaccepted: number;
  /** Questions opened before this go unanswered. */
  readonly questionsBefore: Millis;
}

/** Our own time, as it was kept. */
export interface KeptClock {
  /** Our own time when this was kept. */
  readonly seen: Millis;
  /** How far our time was ahead of the machine's clock then; negative: behind it. */
  readonly ahead: Millis;
}

/** A server, and up to when it may have dropped facts. */
export type Gap = readonly [domain: string, upTo: Stamp];

/** Removes what is not kept any more, counts what waits, and keeps what a restart must not lose. */
export interface UpkeepStore {
  /**
   * Everything about an account up to that stamp goes, a chunk with each call: records, receipts,
   * marks, questions, what it chose, its contacts with us. From the first chunk on, news of that
   * time is dropped. Repeating it is harmless, also after a crash between two chunks.
   */
  forget(account: BareJid, at: Stamp): Promise<Removed>;
  /**
   * Removes messages without news since `before`, and facts whose message never came, a chunk with
   * each call. Whose they are does not matter: nothing is kept too long because its daemon went.
   */
  prune(limits: PruneLimits): Promise<Removed>;
  /**
   * What waits for users of our domains, for statistics: exact up to MAX_COUNTED, which also stands
   * for more.
   */
  backlog(): Promise<Backlog>;
  /** Our own time as it was last kept by a daemon of our component; `undefined`: it never was. */
  clock(): Promise<KeptClock | undefined>;
  /** Keeps our own time over a restart, in the place of what was kept before. */
  keepClock(kept: KeptClock): Promise<void>;
  /** Up to when each server may have dropped facts. A server that dropped none is not named. */
  gaps(): Promise<readonly Gap[]>;
  /**
   * Keeps that a server may have dropped facts up to that stamp. The latest stamp of a server
   * holds: an earlier one changes nothing.
   */
  noteGap(domain: string, upTo: Stamp): Promise<void>;
}
