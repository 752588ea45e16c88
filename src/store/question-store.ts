import { firstWithin } from '../message/first-within.ts';
import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { NotAskedReason } from '../receipt/question.ts';

/** A question to a recipient: about a message or, where a sender asks much, about several. */
export interface Question {
  /**
   * What the recipient calls it by. Another question gets it only when this one was answered long
   * ago.
   */
  readonly number: number;
  readonly sender: BareJid;
  readonly messages: number;
  /** Number of these messages that the recipient was told of. */
  readonly shown: number;
  /** When the first and the last of the messages came, in the words of the server's clock. */
  readonly from: Stamp;
  readonly to: Stamp;
}

/** A question, as an operator sees it among all. */
export interface WaitingQuestion {
  readonly recipient: BareJid;
  readonly number: number;
  readonly sender: BareJid;
  readonly opened: Millis;
  /** Not before that it is put; `undefined`: it was. */
  readonly next?: Millis | undefined;
}

/** Questions that are to be put to one recipient now, in one stanza. */
export interface Asking {
  readonly recipient: BareJid;
  readonly questions: readonly Question[];
  /** How many questions wait for this recipient in all. */
  readonly waiting: number;
}

export interface QuestionClaim {
  readonly now: Millis;
  readonly leaseUntil: Millis;
  /** Whoever is asked is asked at once what would be due until then. */
  readonly dueUntil: Millis;
  readonly maxRecipients: number;
  /** Recipients who are not to be asked now. */
  readonly except: readonly BareJid[];
}

export interface AskedMessage {
  readonly key: MessageKey;
  /** Where it stands in the conversation. */
  readonly position: Stamp;
}

/** Maximum number of questions of one sender to one recipient; more messages join the last one. */
export const MAX_PER_SENDER = 3;

/**
 * How long a number is not used again: an answer to an old question, perhaps from another device,
 * must not be taken as an answer to a new one.
 */
export const NUMBER_RESTS: Millis = 3_600_000;

/** Maximum number of questions that wait for one recipient; more are not asked. */
export const MAX_PER_RECIPIENT = 100;

/**
 * Maximum number of these from senders who may not see the recipient's presence: many strangers
 * must not use up the questions of contacts.
 */
export const MAX_FROM_STRANGERS = 30;

/** What the questions of one stanza may weigh, in bytes. */
const ASKED_BYTES = 6_000;
/** A line of words about one question, without the sender's address. */
const LINE_BYTES = 70;

/** The first of these questions, as many as one stanza holds. The others follow in the next one. */
export function askedTogether<Asked extends Pick<Question, 'sender'>>(
  questions: readonly Asked[],
): readonly Asked[] {
  return firstWithin(questions, ASKED_BYTES, lineBytes);
}

function lineBytes({ sender }: Pick<Question, 'sender'>): number {
  return LINE_BYTES + Buffer.byteLength(sender);
}

export interface NotAsked {
  readonly key: MessageKey;
  readonly because: NotAskedReason;
}

/**
 * Questions that are to be put to their recipients. They are opened and closed by
 * `RecordStore.update`, as the judgement says.
 */
export interface AskingStore {
  /**
   * Lends the questions that are due, for at most `maxRecipients` of our domains, who waits longest
   * first. Their messages count as shown from then on. What is not settled by `leaseUntil` is lent
   * again.
   */
  claim(claim: QuestionClaim): Promise<readonly Asking[]>;
  /** The recipient's server has taken these questions: they are not put again by themselves. */
  settle(recipient: BareJid, numbers: readonly number[]): Promise<void>;
  /**
   * These questions did not reach the recipient: they are put again at that time, as if never
   * shown. Answers how many of them still wait for an answer.
   */
  unask(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<number>;
}

/** Questions that wait for an answer. */
export interface QuestionStore {
  /** All questions that wait for a recipient, in the order of their numbers. */
  waiting(recipient: BareJid): Promise<readonly Question[]>;
  /**
   * All questions that wait for a recipient who is shown them now. What was new among them counts
   * as shown, and is not put again by itself.
   */
  show(recipient: BareJid): Promise<readonly Question[]>;
  /**
   * The first questions that wait for anybody, or those to or from one person, in the order of recipients
   * and numbers.
   */
  waitingForAll(about: BareJid | undefined, limit: number): Promise<readonly WaitingQuestion[]>;
  /** These questions were shown, and are put again at that time all the same. */
  remind(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<void>;
  /**
   * The messages of a question that were shown. An answer is about these, and not about what has
   * joined it since.
   */
  shownOf(recipient: BareJid, number: number): Promise<readonly AskedMessage[]>;
  /** Every message that a recipient is asked about, shown or not. */
  messagesOf(recipient: BareJid): Promise<readonly AskedMessage[]>;
}
