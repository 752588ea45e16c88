import type { ReadUpTo } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Decision } from './decision.ts';
import type { WithheldReason } from './disclose.ts';
import type { Mentions } from './mentions.ts';
import type { ToldSoFar } from './other-sessions.ts';
import type { Preferences } from './preferences.ts';
import type { QuestionDecision } from './question.ts';
import type { Receipt } from './receipt.ts';
import type { Rules } from './rules.ts';
import type { TickDecision } from './tick.ts';
import type { Told, Tracked } from './tracked.ts';
import type { WatchWanted } from './watch-wanted.ts';
import type { Withdrawn } from './withdrawal.ts';

/** What a judgement depends on, besides the message itself. */
export interface Circumstances extends ToldSoFar {
  readonly rules: Rules;
  readonly readUpTo: ReadUpTo | undefined;
  /** Our own time. It is noted beside what is told, and decides nothing. */
  readonly now: Millis;
  /** Receipts that have not left yet: they can be taken back. */
  readonly unsent: readonly Told[];
  readonly sender: Preferences;
  readonly recipient: Preferences;
  /** What the sender was told of this recipient lately. */
  readonly mentions: Mentions;
}

/** What follows from new facts: the new state, what to send and take back, when to look again. */
export interface Judgement {
  readonly tracked: Tracked;
  /** What programs are told. */
  readonly decision: Decision;
  /** What people are told. */
  readonly words: Decision;
  /** Why the sender may know less than we know. */
  readonly withheld: WithheldReason | undefined;
  readonly receipts: readonly Receipt[];
  /** What is taken back before it left: out of date, or not needed any more. */
  readonly withdrawn: readonly Withdrawn[];
  /** What the sender was told of this recipient lately, this message included. */
  readonly mentions: Mentions;
  readonly tick: TickDecision;
  readonly question: QuestionDecision;
  /** The sender wants to hear if nothing comes of the message in time. */
  readonly watch: WatchWanted;
  /** Look again when the servers' facts are complete up to this stamp. */
  readonly wakeAt: Stamp | undefined;
  /** The message's place in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** How far the recipient has read, by this message's own marker. */
  readonly readUpTo: ReadUpTo | undefined;
}

/** The reasons of a judgement, for the log and the counters. They answer "why was I not told?". */
export type Because = Pick<Judgement, 'decision' | 'words' | 'withheld' | 'tick' | 'question'>;
