import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';

/** Receipts that one parcel holds at most, however little they weigh. */
export const MAX_PER_PARCEL = 64;

/**
 * Receipts that travel to one sender in one stanza; a repeat has the same id and the same receipts.
 */
export interface Parcel {
  readonly id: string;
  readonly to: BareJid;
  readonly receipts: readonly Receipt[];
  /**
   * So many newer ones were not kept, as too many waited for the sender: they are told as a number
   * only.
   */
  readonly more: number;
  /** So many of these could not be read: what is stored of them is damaged. */
  readonly damaged: number;
  readonly tries: number;
  /** What the sender chose. */
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
  /** Lends unsent receipts to one sender at a time. */
  claim(claim: Claim): Promise<readonly Parcel[]>;
  /** The server has taken these. They are kept for a day, in case it returns an error. */
  settle(parcelIds: readonly string[], now: Millis): Promise<void>;
  /** The server does not take a stanza with all of these: they wait again, each for itself. */
  takeApart(parcelId: string): Promise<void>;
  /**
   * To be sent again, not before what `until` makes of the tries so far; `undefined`: given up. It
   * is also given up when too many wait for that sender and one that was not lent can count it.
   */
  postpone(
    parcel: { readonly id: string; readonly to: BareJid },
    until: (tries: number) => Millis | undefined,
  ): Promise<Postponed>;
}
