import type { WatchGoal } from '../../receipt/watch.ts';

/** How people name a length of time. */
export type TimeUnit = 'second' | 'minute' | 'hour' | 'day';

/** All that we say, and understand, of messages that somebody watches. */
export interface WatchTexts {
  /** "30 minutes" */
  readonly length: (count: number, unit: TimeUnit) => string;
  /** The deadline is over. */
  readonly overdue: Readonly<Record<WatchGoal, (watched: WatchedWording) => string>>;
  readonly howToAnswer: (length: string) => string;
  /** From now on it is watched. */
  readonly begun: Readonly<Record<WatchGoal, (watched: WatchedWording) => string>>;
  readonly dropped: (watched: Pick<WatchedWording, 'recipient' | 'time'>) => string;
  readonly reminding: (recipient: string) => string;
  /** To the recipient. */
  readonly reminder: (message: { readonly sender: string; readonly time: string }) => string;
  readonly listed: string;
  readonly item: (watched: WatchedWording) => string;
  readonly rule: (contact: string, length: string) => string;
  readonly ruleKept: (contact: string, length: string) => string;
  readonly ruleGone: (contact: string) => string;
  readonly nothing: string;
  readonly nothingToAnswer: string;
  readonly tooMany: string;
  readonly tooLong: string;
  readonly goals: Readonly<Record<WatchGoal, string>>;
  /** What the bot understands: said for one message, for a contact, and each answer. */
  readonly commands: WatchCommandTexts;
  readonly words: WatchWords;
}

export interface WatchedWording {
  readonly recipient: string;
  /** When the message was sent. */
  readonly time: string;
  /** How long silence was fine. */
  readonly length: string;
  readonly deadline: string;
}

/** Texts that the bot reads as these commands. */
export interface WatchCommandTexts {
  readonly one: (recipient: string, goal: WatchGoal, when: string) => string;
  readonly contact: (contact: string, goal: WatchGoal, length: string) => string;
  readonly within: (length: string) => string;
  readonly at: (clock: string) => string;
}

/** Phrases by what they mean there; the first of a list is what we say ourselves. */
export interface WatchWords {
  /** "Tell me if": needs a "not" beside it. */
  readonly tell: readonly string[];
  readonly watch: readonly string[];
  readonly not: readonly string[];
  readonly delivered: readonly string[];
  readonly displayed: readonly string[];
  readonly confirmed: readonly string[];
  /** One message, the last one. */
  readonly one: readonly string[];
  /** Each message to that contact. */
  readonly every: readonly string[];
  readonly stop: readonly string[];
  readonly list: readonly string[];
  readonly remind: readonly string[];
  readonly wait: readonly string[];
  readonly drop: readonly string[];
  /** Without a meaning of their own beside these. */
  readonly beside: readonly string[];
  readonly units: Readonly<Record<TimeUnit, readonly string[]>>;
  /** Numbers in words. */
  readonly counts: Readonly<Record<string, number>>;
  /** Times of day in words, as hours. */
  readonly clock: Readonly<Record<string, number>>;
}
