import type { Fact } from '../message/fact.ts';
import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { IgnoredFact } from '../message/kinds.ts';
import type { ReadUpTo } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Entitlement } from '../receipt/entitlement.ts';
import type { Because } from '../receipt/judgement.ts';
import type { Mentions } from '../receipt/mentions.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { TickDecision } from '../receipt/tick.ts';
import type { Told, Tracked } from '../receipt/tracked.ts';
import type { WatchWanted } from '../receipt/watch-wanted.ts';
import type { Withdrawn } from '../receipt/withdrawal.ts';
import type { OpenPage, OpenPlace } from './open-port.ts';
import type { NotAsked } from './question-store.ts';
import type { WatchesBegun } from './watch-store.ts';

/** What was learned of one message; no facts: look at it again. */
export interface News {
  readonly key: MessageKey;
  readonly facts: readonly Fact[];
}

/** The pure function that the store applies to a record, while nobody else changes it. */
export type Judge = (tracked: Tracked, news: readonly Fact[], companions: Companions) => Verdict;

/** What the store keeps of a judgement; times are by our own clock. */
export interface Verdict {
  readonly tracked: Tracked;
  /** Where the message stands in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** How far the recipient has read, as this message's own marker says. */
  readonly readUpTo: ReadUpTo | undefined;
  /** What is taken back if it has not left. */
  readonly withdrawn: readonly Withdrawn[];
  readonly receipts: readonly { readonly receipt: Receipt; readonly due: Millis }[];
  /** What the sender was told of this recipient lately, in words. */
  readonly mentions: Mentions;
  readonly tick: TickDecision;
  /** The recipient is to be asked. */
  readonly question: ToAsk | undefined;
  /** The sender wants to hear if nothing comes of the message in time. */
  readonly watch: WatchWanted;
  /** When to look at the message again. */
  readonly wake: Millis | undefined;
  /** Whose clock that is a question of: the daemon of that server looks at it. */
  readonly server: string;
  /** Why the sender is told this, or is not. */
  readonly because: Because;
}

export interface ToAsk {
  readonly asker: Entitlement;
  /** What the server's clock said when the message came, if that is not its position. */
  readonly time?: Stamp | undefined;
  /** The recipient is not asked before that time. */
  readonly due: Millis;
}

/** What the store keeps beside the record. */
export interface Companions {
  readonly readUpTo: ReadUpTo | undefined;
  readonly unsent: readonly Told[];
  /** What the two of the message chose. */
  readonly sender: Preferences;
  readonly recipient: Preferences;
  readonly mentions: Mentions;
}

export interface UpdateOptions {
  readonly judge: Judge;
  readonly now: Millis;
}

/** Facts of a message that came and are not learned, and why: one reason for each fact. */
export interface LeftOut {
  readonly key: MessageKey;
  readonly because: readonly IgnoredFact[];
}

/** What an update made. */
export interface Updated {
  /** The verdict on every message that was judged, in that order. */
  readonly verdicts: readonly Verdict[];
  /** Messages that should have been asked about, and cannot be. */
  readonly notAsked: readonly NotAsked[];
  readonly leftOut: readonly LeftOut[];
  /** Watches that began, and those that did not because their senders have too many. */
  readonly watches: WatchesBegun;
}

/** A message as the store found it. */
export interface Found {
  readonly tracked: Tracked;
  readonly readUpTo: ReadUpTo | undefined;
  /** What its sender was told of its recipient lately. */
  readonly mentions: Mentions;
  /** What its recipient chose. */
  readonly recipient: Preferences;
}

/** Where a page ended, in the words of the adapter. */
export type Place = string;

export interface KeptPage {
  readonly keys: readonly MessageKey[];
  /** `undefined`: this was the last page. */
  readonly end: Place | undefined;
}

/** What is known of messages. */
export interface RecordStore {
  /**
   * Merges news into records and keeps what `judge` makes of them, receipts included: all of it or
   * nothing. Messages that a displayed marker newly covers are judged with them. News of an account
   * forgotten later is dropped.
   */
  update(news: readonly News[], options: UpdateOptions): Promise<Updated>;
  /** The message of that key; its id may be the XEP-0359 origin-id. */
  find(key: MessageKey): Promise<Found | undefined>;
  /** The last messages of a sender, to one recipient or to all, the newest first. */
  latest(sender: BareJid, recipient: BareJid | undefined, limit: number): Promise<readonly Found[]>;
  /**
   * The newest messages of all senders, or of those with that sender, recipient or id. They are
   * looked for among the 10,000 that were seen last.
   */
  newest(about: string | undefined, limit: number): Promise<readonly Found[]>;
  /**
   * Messages that are to be looked at again at that time or before, the longest waiting first:
   * those that are a question of the clock of one of our servers, and those of which nobody knows
   * it.
   */
  due(now: Millis, limit: number): Promise<readonly MessageKey[]>;
  /**
   * Messages that would be due between `now` and `until` are due now, at most `limit` with each
   * call; answers how many. It is about the same messages as `due`.
   */
  hasten(now: Millis, until: Millis, limit: number): Promise<number>;
  /** The message cannot be judged now: if it is due before that time, it is due then. */
  lookLater(key: MessageKey, at: Millis): Promise<void>;
}

/** Messages of which more is awaited, a page at a time, each from where the last one ended. */
export interface OpenStore {
  /**
   * A page of those to one recipient, in the order of their senders and positions. `limit` messages
   * are looked at, so a page may hold fewer, or none, and not be the last.
   */
  to(recipient: BareJid, after: OpenPlace, limit: number): Promise<OpenPage>;
  /**
   * A page of those that were ever kept for a session that is away, in the order in which they are
   * due. `limit` messages are looked at, as above. `undefined` begins at the first. Only those that
   * are a question of the clock of one of our servers, or of nobody knows whose.
   */
  kept(after: Place | undefined, limit: number): Promise<KeptPage>;
}
