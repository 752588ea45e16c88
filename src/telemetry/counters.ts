import type { IgnoredFact } from '../message/kinds.ts';
import type { HoldReason } from '../receipt/decision.ts';
import type { WithheldReason } from '../receipt/disclose.ts';
import type { NoQuestionReason, NotAskedReason } from '../receipt/question.ts';
import type { NoReminder } from '../receipt/reminder.ts';
import type { NoTickReason, TickRefusal } from '../receipt/tick.ts';
import type { CountedCondition } from './conditions.ts';
import { Measures } from './measures.ts';

/** Why the router refuses a request of anybody. */
export type RequestRefusal = 'too many' | 'nobody there' | 'not one child' | 'unknown request';

/** What users are sent by itself, and not as an answer. */
export type SentItem = 'receipts' | 'questions' | 'notices';

/** Why such a stanza is not sent now: longer than the server takes, or our bug. */
export type NotSent = 'too long' | 'not writable';

/**
 * Why what users chose is not sent to a server: it holds policies that we do not know, and its
 * module cannot tell them, did not, told some that we cannot read, or came to no end. Or one user's
 * exceptions are longer than it takes.
 */
export type PolicyNotSent =
  | 'module cannot tell its own'
  | 'module did not tell its own'
  | 'module tells its own without end'
  | 'not readable'
  | 'exceptions too long';

/** What became of a watch: the sender is told, or waits for nothing any more. */
export type WatchEnd = 'overdue' | 'happened' | 'gone' | 'dropped' | 'not judged';

/** Why a reminder is not ordered: it was before, the sender has many, or the watch has changed. */
export type ReminderNotOrdered = 'again' | 'too many' | 'changed';

/** Why the recipient is not reminded: what their module says, or what we know ourselves. */
export type ReminderNotSent =
  | NoReminder
  | 'not-local'
  | 'module-cannot'
  | 'too-late'
  | 'happened'
  | 'gone'
  | 'taken';

/** Why a user's command is not carried out. */
export type CommandRefusal =
  | 'not readable'
  | 'unknown command'
  | 'locked'
  | 'admins-only'
  | 'too-many-exceptions'
  | 'too-many-commands'
  | 'store-fails';

/** Why a user's query about a message is not answered. */
export type QueryRefusal = 'strangers' | 'incomplete' | 'unknown message';

/** Why a question about what there is here (XEP-0030) is not answered. */
export type DiscoRefusal = 'unknown address' | 'unknown command' | 'strangers';

/** Why a presence is ignored: who sent it, or which address of ours it is for. */
export type PresenceRefusal = 'strangers' | 'nobody there';

/**
 * Why a stanza to us is ignored: who sent it, that it has no words for the bot, how many came, or
 * that it answers nothing that we sent.
 */
export type IgnoredReason = 'strangers' | 'no words' | 'too many' | 'too long' | 'answers nothing';

/**
 * What is bad: an item of the feed, the record of a message (or our judgement of it), or a stored
 * receipt.
 */
export type BadItem = 'not readable' | 'not judged' | 'damaged receipt';

/** Why the body of a message to the bot is not read as words of its writer. */
export type NotRead = 'encrypted' | 'correction' | 'about-another';

/** Why a request by HTTP is refused: the status of the answer. */
export type HttpRefusal =
  | 'bad request (400)'
  | 'no token (401)'
  | 'wrong token (401)'
  | 'other page (403)'
  | 'not found (404)'
  | 'not now (409)'
  | 'too long (413)'
  | 'other name (421)'
  | 'too many wrong tokens (429)'
  | 'failed (500)'
  | 'store fails (503)'
  | 'other';

/** Why no watch begins: the sender has as many as one can, or the message is forgotten before. */
export type WatchRefusal = 'too many' | 'too long';

/** Everything that is counted, by its name in logs. */
export type CounterName =
  | `receipts held: ${HoldReason}`
  | `words held: ${HoldReason}`
  | `statuses withheld: ${WithheldReason}`
  | `ticks not ordered: ${NoTickReason}`
  | `recipients not asked: ${NoQuestionReason}`
  | 'items'
  | `bad items: ${BadItem}`
  | 'items ignored: unknown kind'
  | `facts ignored: ${IgnoredFact}`
  | 'batches refused: not committed'
  | 'batches refused: not believed'
  | 'items lost in gaps'
  | 'server restarts'
  | 'receipts sent'
  | 'words sent'
  | 'words dropped'
  | 'receipts told as a number only'
  | `receipts refused: ${CountedCondition}`
  | 'receipts given up'
  | `${SentItem} not sent: ${NotSent}`
  | 'ticks delivered'
  | `ticks forbidden: ${TickRefusal}`
  | `ticks refused: ${CountedCondition}`
  | 'ticks given up'
  | 'recipients asked'
  | 'watches begun'
  | `watches not begun: ${WatchRefusal}`
  | `watches ended: ${WatchEnd}`
  | 'notices sent'
  | 'reminders ordered'
  | `reminders not ordered: ${ReminderNotOrdered}`
  | 'reminders sent'
  | `reminders not sent: ${ReminderNotSent}`
  | `notices refused: ${CountedCondition}`
  | 'commands'
  | `commands refused: ${CommandRefusal}`
  | 'commands failed'
  | 'questions answered'
  | `questions refused: ${CountedCondition}`
  | `questions not asked: ${NotAskedReason}`
  | `requests refused: ${RequestRefusal | 'answer too long'}`
  | 'requests failed'
  | 'messages failed'
  | 'replies not sent'
  | `messages to the bot not read: ${NotRead}`
  | 'stanzas from strangers refused'
  | `queries refused: ${QueryRefusal}`
  | `disco refused: ${DiscoRefusal}`
  | `presence ignored: ${PresenceRefusal}`
  | `policies refused: ${CountedCondition}`
  | `policies not sent: ${PolicyNotSent}`
  | `stanzas ignored: ${IgnoredReason}`
  | `http requests refused: ${HttpRefusal}`;

/** Counts since the start of the daemon. */
export class Counters {
  /** What is counted with labels, or by its duration. */
  readonly measures = new Measures();
  readonly #counts = new Map<CounterName, number>();

  count(name: CounterName, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
