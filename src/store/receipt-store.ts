import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { ForAudience } from '../receipt/audience.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';

/** Receipts that one parcel holds at most, however little they weigh. */
export const MAX_PER_PARCEL = 64;

/**
 * Receipts that travel to one sender in one stanza; a repeat has the same id and the same receipts.
 */
export interface Parcel extends ForAudience {
  readonly id: string;
  readonly to: BareJid;
  readonly receipts: readonly Receipt[];
  /**
   * Number of newer receipts that were not kept, as too many waited for the sender: they are told
   * as a number only.
   */
  readonly more: number;
  /** Number of these receipts that could not be read: what is stored of them is damaged. */
  readonly damaged: number;
  readonly tries: number;
  readonly preferences: Preferences;
}

/**
 * Maximum number of receipts that wait for one sender. Without it one busy sender could fill the
 * store.
 */
export const MAX_WAITING = 1000;

export interface Claim {
  readonly now: Millis;
  /** If it is neither settled nor postponed by then, anybody may claim it. */
  readonly leaseUntil: Millis;
  readonly maxParcels: number;
  readonly maxReceipts: number;
  /** Senders who must wait. */
  readonly except: readonly BareJid[];
  /** What one parcel may weigh, if it holds more than one receipt. */
  readonly scales?: Scales;
}

export interface Scales {
  readonly most: number;
  readonly weigh: (receipt: Receipt, preferences: Preferences) => number;
}

export type Postponed = 'postponed' | 'given-up' | 'unknown';

/** Receipts that are to be sent, and those sent lately. They are made by `RecordStore.update`. */
export interface ReceiptStore {
  /**
   * Lends what is due to senders of our domains, as one parcel or several for each, who waits
   * longest first. A parcel that is neither settled nor postponed by `leaseUntil` is lent again as
   * it is.
   */
  claim(claim: Claim): Promise<readonly Parcel[]>;
  /**
   * The server has taken these parcels, at that time. They are kept for a day, in case an error
   * comes back for one. A parcel that was postponed meanwhile stays postponed.
   */
  settle(parcelIds: readonly string[], now: Millis): Promise<void>;
  /** The server does not take a parcel of this size: its receipts wait again, each for itself. */
  takeApart(parcelId: string): Promise<void>;
  /**
   * A parcel is to be sent again, not before the time that `until` makes of the tries so far. If
   * that is `undefined`, the parcel is given up. It is also given up when too many receipts wait
   * for that sender and one that was not lent can tell their number. `unknown`: no such parcel was
   * sent to that address.
   */
  postpone(
    parcel: { readonly id: string; readonly to: BareJid },
    until: (tries: number) => Millis | undefined,
  ): Promise<Postponed>;
}
