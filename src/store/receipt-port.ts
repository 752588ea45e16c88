import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { ForAudience } from '../receipt/audience.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { Claim, ReceiptStore } from './receipt-store.ts';

/** What an adapter does to lend receipts and to take them back. */
export interface ReceiptPort extends Within<Pick<ReceiptStore, 'settle' | 'takeApart'>> {
  /**
   * What waits for those who wait longest: at most `maxParcels` senders. It may end with the sender
   * with whom `maxReceipts` is reached.
   */
  waiting(claim: Claim): Awaitable<readonly Waiting[]>;
  /** Gives these receipts to their parcels, until the lease of each is over. */
  lend(lent: readonly Lent[]): Awaitable<void>;
  /** A parcel that was lent before; `undefined`: it is unknown, or was given up. */
  parcel(id: string): Awaitable<SentParcel | undefined>;
  /** A parcel is due again at that time, with one more try. */
  postpone(id: string, until: Millis): Awaitable<void>;
  /**
   * Removes a parcel with its receipts. If `isCounted`, their number is added to `more` of the last
   * receipt that waits for the same sender without a parcel.
   */
  giveUp(id: string, isCounted: boolean): Awaitable<void>;
}

/** What waits for one sender. */
export interface Waiting {
  readonly sender: BareJid;
  readonly preferences: Preferences;
  /** Parcels that are to be sent again now, the longest waiting first. */
  readonly again: readonly KnownParcel[];
  /** Receipts without a parcel, as many as one parcel holds, in the order of their times. */
  readonly unsent: readonly WaitingReceipt[];
}

/** A parcel that was sent before: it is sent again as it was. */
export interface KnownParcel {
  readonly id: string;
  readonly tries: number;
  readonly receipts: readonly WaitingReceipt[];
}

export interface WaitingReceipt extends ForAudience {
  readonly number: number;
  /** `undefined`: what is stored of it is damaged. */
  readonly receipt: Receipt | undefined;
  /** Newer receipts that are counted with it. */
  readonly more: number;
  readonly due: Millis;
}

export interface Lent {
  readonly id: string;
  readonly to: BareJid;
  readonly numbers: readonly number[];
  /** The end of the lease: a parcel that is not settled is due again then. */
  readonly until: Millis;
}

export interface SentParcel {
  readonly to: BareJid;
  readonly tries: number;
  /** Do as many receipts wait for the sender as may? */
  readonly isFull: boolean;
  /** Does a receipt without a parcel wait for the sender? It can carry the number of others. */
  readonly hasUnsent: boolean;
}
