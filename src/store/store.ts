import type { Fact } from '../message/fact.ts';
import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { ReadUpTo, Status } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Entitlement } from '../receipt/entitlement.ts';
import type { Because } from '../receipt/judge.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { TickDecision } from '../receipt/tick.ts';
import type { Told, Tracked } from '../receipt/tracked.ts';
import type { ContactStore } from './contact-store.ts';
import type { PreferenceStore } from './preference-store.ts';
import type { NotAsked, QuestionStore } from './question-store.ts';
import type { TickStore } from './tick-store.ts';

/** What was learned of one message; no facts: look at it again. */
export interface News {
  readonly key: MessageKey;
  readonly facts: readonly Fact[];
}

/** The pure function that the store applies to a record under its lock. */
export type Judge = (tracked: Tracked, news: readonly Fact[], companions: Companions) => Verdict;

/** What the store saves of a judgement; times are by our own clock. */
export interface Verdict {
  readonly tracked: Tracked;
  /** Where the message stands in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** How far the recipient has read, as this message's own marker says. */
  readonly readUpTo: ReadUpTo | undefined;
  /** Statuses whose receipts are taken back if they have not left. */
  readonly withdrawn: readonly Status[];
  readonly receipts: readonly { readonly receipt: Receipt; readonly due: Millis }[];
  readonly tick: TickDecision;
  /** The recipient is to be asked, not before `due`. */
  readonly question: { readonly asker: Entitlement; readonly due: Millis } | undefined;
  /** When to look at the message again. */
  readonly wake: Millis | undefined;
  /** Why the sender is told this, or is not. */
  readonly because: Because;
}

/** What the store keeps beside the record. */
export interface Companions {
  readonly readUpTo: ReadUpTo | undefined;
  readonly unsent: readonly Told[];
  /** What the two of the message chose. */
  readonly sender: Preferences;
  readonly recipient: Preferences;
}

/**
 * Receipts that one parcel holds at most. With the longest ids and addresses these are some 300 KB;
 * over a stanza of 512 KB Prosody ends the component's stream.
 */
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
}

export interface UpdateOptions {
  readonly judge: Judge;
  readonly now: Millis;
}

/** What an update made. */
export interface Updated {
  /** Of every message that was judged, in that order. */
  readonly verdicts: readonly Verdict[];
  /** Messages that should have been asked about, and cannot be. */
  readonly notAsked: readonly NotAsked[];
}

/** A message as the store found it. */
export interface Found {
  readonly tracked: Tracked;
  readonly readUpTo: ReadUpTo | undefined;
  /** What its recipient chose. */
  readonly recipient: Preferences;
}

/** What is known of messages. */
export interface RecordStore {
  /**
   * Merges news into records and saves what `judge` makes of them, receipts included, in one
   * transaction. Messages that a displayed marker newly covers are judged in the same transaction.
   * News of an account forgotten later is dropped.
   */
  update(news: readonly News[], options: UpdateOptions): Promise<Updated>;
  /** One message, or `undefined`; its id may be the XEP-0359 origin-id. */
  find(key: MessageKey): Promise<Found | undefined>;
  /** The last messages of a sender, to one recipient or to all, the newest first. */
  latest(sender: BareJid, recipient: BareJid | undefined, limit: number): Promise<readonly Found[]>;
  /** Messages to look at again. */
  due(now: Millis, limit: number): Promise<readonly MessageKey[]>;
  /** If that message is due earlier, it is due then: it cannot be judged now. */
  lookLater(key: MessageKey, at: Millis): Promise<void>;
}

/** Receipts that are to be sent, and those sent lately. They are made by `RecordStore.update`. */
export interface ReceiptStore {
  /** Lends unsent receipts to one sender at a time. */
  claim(claim: Claim): Promise<readonly Parcel[]>;
  /** The server has taken these. They are kept for a day, in case it returns an error. */
  settle(parcelIds: readonly string[], now: Millis): Promise<void>;
  /**
   * To be sent again, not before what `until` makes of the tries so far; `undefined`: given up. It
   * is also given up when too many wait for that sender and one that was not lent can count it.
   */
  postpone(
    parcel: { readonly id: string; readonly to: BareJid },
    until: (tries: number) => Millis | undefined,
  ): Promise<Postponed>;
}

/** Forgetting and counting. */
export interface Upkeep {
  /**
   * Everything about an account up to that stamp goes, a chunk with each call: records, receipts,
   * marks, questions, what it chose, its contacts with us. From the first chunk on `update` drops news of that time.
   * Repeating it is harmless, also after a crash between two chunks.
   */
  forget(account: BareJid, at: Stamp): Promise<Removed>;
  /**
   * Removes messages without news since `before`, and facts whose message never came, a chunk with
   * each call.
   */
  prune(limits: PruneLimits): Promise<Removed>;
  /** What waits, for statistics: exact up to MAX_COUNTED, which also stands for more. */
  backlog(): Promise<Backlog>;
  close(): Promise<void>;
}

/**
 * The whole store. Every verb is one transaction, committed when its promise resolves. It rejects
 * with StoreUnavailable if the database cannot do its work now; any other error is one of the keys,
 * or of the function, that were given.
 */
export interface Store extends RecordStore, ReceiptStore, Upkeep {
  readonly preferences: PreferenceStore;
  readonly questions: QuestionStore;
  readonly ticks: TickStore;
  readonly contacts: ContactStore;
}

/** What one chunk of removing came to. */
export interface Removed {
  readonly rows: number;
  /** To be called again, once others had their turn. */
  readonly isMore: boolean;
}

/** Maximum number that is counted: counting takes time. */
export const MAX_COUNTED = 100_000;

export interface Backlog {
  readonly receipts: number;
  readonly ticks: number;
  readonly questions: number;
}

export type Postponed = 'postponed' | 'given-up' | 'unknown';

export interface PruneLimits {
  readonly now: Millis;
  /** Messages whose last sending is older go. */
  readonly before: Millis;
  /** Facts without `accepted` go when first seen before this ... */
  readonly unacceptedBefore: Millis;
  /** ... or when there are more than so many, oldest first. */
  readonly maxUnaccepted: number;
  /** Questions opened before this go unanswered. */
  readonly questionsBefore: Millis;
}

/** Expected failure: the store cannot be opened or used now. The message says what to do. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
