import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { ReadUpTo } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import { MENTIONED, type Mentions } from '../receipt/mentions.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Told, Tracked } from '../receipt/tracked.ts';
import type { Awaitable } from './awaitable.ts';

/** What an adapter loads of messages. A verb is one round trip, whatever the number of keys. */
export interface MessagePort {
  /** All that a judgement of these messages needs, but for what their markers cover. */
  load(wanted: Wanted): Awaitable<Loaded>;
  /** The accepted messages in these parts of conversations, in any order. */
  loadCovered(ranges: readonly CoveredRange[]): Awaitable<readonly LoadedMessage[]>;
  /** The last accepted messages of a sender, to one recipient or to all, the newest first. */
  latest(
    sender: BareJid,
    recipient: BareJid | undefined,
    limit: number,
  ): Awaitable<readonly MessageKey[]>;
  /** The newest accepted messages of all, or of those with that sender, recipient or id. */
  newest(about: string | undefined, limit: number): Awaitable<readonly MessageKey[]>;
}

export interface Wanted {
  /** Messages by their own id. */
  readonly messages: readonly MessageKey[];
  /** Messages by their own id or, if there is none of it, by an alias. */
  readonly named: readonly MessageKey[];
}

export interface Loaded {
  /** The wanted messages that are there, also those that aliases stand for. */
  readonly messages: readonly LoadedMessage[];
  readonly aliases: readonly Alias[];
  /** How far recipients have read, in the pairs of all that was wanted. */
  readonly marks: readonly Mark[];
  /** What senders were told of their contacts lately, in the pairs of all that was wanted. */
  readonly mentioned: readonly Mentioned[];
  /** What both people of each wanted message chose, if they chose anything. */
  readonly preferences: ReadonlyMap<BareJid, Preferences>;
  /** When the account of one of these people was deleted, if it was. */
  readonly forgotten: ReadonlyMap<BareJid, Stamp>;
}

export interface StoredMessage {
  readonly tracked: Tracked;
  /** Where the message stands in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** When the message is to be looked at again; `undefined`: nothing more is awaited. */
  readonly wake: Millis | undefined;
  /**
   * The server whose clock that is a question of: its daemon looks at the message. `undefined`: the
   * store has one daemon only. Empty: it was kept when that was so.
   */
  readonly server?: string | undefined;
  /** When the message was first seen. */
  readonly firstSeen: Millis;
}

export interface LoadedMessage extends StoredMessage {
  /** Receipts that can be taken back. A message of which nothing was told has none. */
  readonly unsent: readonly UnsentReceipt[];
}

/** A receipt that was not lent to anybody yet; `at` is where its message stands. */
export interface UnsentReceipt extends Told {
  readonly number: number;
}

/** XEP-0359 §2.2: another id that answers may name a message by. */
export interface Alias {
  /** The alias, in the place of the id. */
  readonly alias: MessageKey;
  readonly id: string;
}

export type Pair = Pick<MessageKey, 'sender' | 'recipient'>;

/** How far the recipient of a pair has read. */
export interface Mark extends Pair {
  readonly readUpTo: ReadUpTo;
}

/** What the sender of a pair was told of its recipient lately, in words. */
export interface Mentioned extends Pair {
  readonly mentions: Mentions;
}

/** Of a row of the table, which has a column for each. */
export function mentionsIn(row: Readonly<Record<keyof Mentions, Stamp | null>>): Mentions {
  return Object.fromEntries(
    MENTIONED.flatMap((name) => (row[name] === null ? [] : [[name, row[name]]])),
  );
}

/**
 * A mention may be of words that leave only then: with an account go also those that are so far
 * ahead of its end.
 */
export const MENTIONED_AHEAD: Stamp = 3_600_000_000;

/** `undefined`: nothing is mentioned any more. */
export function lastMentionedAt(mentions: Mentions): Stamp | undefined {
  const stamps = MENTIONED.flatMap((name) => mentions[name] ?? []);
  return stamps.length === 0 ? undefined : Math.max(...stamps);
}

/** The part of a conversation after one position and up to another. */
export interface CoveredRange extends Pair {
  readonly after: Stamp;
  readonly upTo: Stamp;
}

/** A pair as one text, a key of maps. NUL cannot stand in a JID, so no two pairs share a text. */
export function pairText({ sender, recipient }: Pair): string {
  return `${sender}\0${recipient}`;
}

/** Each pair once, however many messages it has. */
export function distinctPairs(pairs: readonly Pair[]): readonly Pair[] {
  return [...new Map(pairs.map((pair) => [pairText(pair), pair])).values()];
}
