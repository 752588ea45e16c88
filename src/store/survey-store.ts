import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import type { Found, Place } from './record-store.ts';

/** So many messages of a page count. */
export interface CountedPage {
  readonly messages: number;
  /** `undefined`: this was the last page. */
  readonly end: Place | undefined;
}

export interface FoundPage {
  readonly found: readonly Found[];
  readonly end: Place | undefined;
}

/** A receipt that the server has not taken yet. */
export interface UnsettledReceipt {
  readonly key: MessageKey;
  readonly status: Status;
  /** Not before that it is sent, or sent again. */
  readonly next: Millis;
  readonly isSent: boolean;
  /** How often it came back. */
  readonly tries: number;
  /** Newer receipts that are counted with it. */
  readonly more: number;
}

/** What an operator wants to know of many messages, a page at a time, each from the last one's end. */
export interface SurveyStore {
  /** Counts those of the page that `prune` would remove with that `before`. */
  countBefore(before: Millis, after: Place | undefined, limit: number): Promise<CountedPage>;
  /** Counts the accepted messages that a person sent or got. */
  countOf(account: BareJid, after: Place | undefined, limit: number): Promise<CountedPage>;
  /** The same messages, those that the person sent first. */
  messagesOf(account: BareJid, after: Place | undefined, limit: number): Promise<FoundPage>;
  /** The first receipts that wait, by sender and time; of one sender or of all. */
  waitingReceipts(sender: BareJid | undefined, limit: number): Promise<readonly UnsettledReceipt[]>;
}
