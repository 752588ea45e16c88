import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Awaitable } from './awaitable.ts';
import type { KeptPage, Place } from './record-store.ts';

/** What an adapter does for messages of which more is awaited. */
export interface OpenPort {
  /** Messages of our servers whose `wake` is that time or before, the longest waiting first. */
  due(now: Millis, limit: number): Awaitable<readonly MessageKey[]>;
  /**
   * Messages to a recipient of which more is awaited, in the order of their senders: those that are
   * to be looked at again. A page is made of `limit` messages at most, open or not.
   */
  to(recipient: BareJid, after: OpenPlace, limit: number): Awaitable<OpenPage>;
  /**
   * A page of the next messages that are to be looked at: those whose record has a fact `kept`. A
   * page may be empty; without an end it is the last.
   */
  kept(after: Place | undefined, limit: number): Awaitable<KeptPage>;
  /** Messages of our servers that would be due after `now` and by `until` are due now; how many. */
  hasten(now: Millis, until: Millis, limit: number): Awaitable<number>;
  /** The message is not due before that time. Its record is not read: it may be damaged. */
  lookLater(key: MessageKey, at: Millis): Awaitable<void>;
}

/** The place after a message of that sender, at that position. */
export interface OpenPlace {
  readonly sender: BareJid;
  readonly position: Stamp;
}

export const BEFORE_ALL_OPEN: OpenPlace = { sender: '' as BareJid, position: 0 };

export interface OpenPage {
  readonly keys: readonly MessageKey[];
  /** Where the next page begins; `undefined`: this was the last. */
  readonly next: OpenPlace | undefined;
}
