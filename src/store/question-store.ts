import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';

/** One question to a recipient: about a message or, where a sender asks much, about several. */
export interface Question {
  /** What the recipient calls it by. Another question gets it only when this one was answered long ago. */
  readonly number: number;
  readonly sender: BareJid;
  readonly messages: number;
  /** Of these the recipient was told of so many. */
  readonly shown: number;
  /** When the first and the last of the messages came. */
  readonly from: Stamp;
  readonly to: Stamp;
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

/** A sender has at most so many questions to one recipient; what is more joins the last of them. */
export const MAX_PER_SENDER = 3;

/** Numbers of late are not given again: an answer from an old message, or another device, must not meet another question. */
export const NUMBER_RESTS: Millis = 3_600_000;

/** So many questions to one recipient wait at most; what is more is not asked. */
export const MAX_PER_RECIPIENT = 100;

/** Of these so many come from senders who may not see the recipient's presence: a crowd of strangers keeps nobody from being asked about. */
export const MAX_FROM_STRANGERS = 30;

/**
 * Questions that wait for their recipients. They are opened and closed by `Store.update`, as the judgement says. Every verb is
 * one transaction, committed when its promise resolves.
 */
export interface QuestionStore {
  /** Lends what is to be asked, for one recipient at a time. From then on it counts as shown. */
  claim(claim: QuestionClaim): Promise<readonly Asking[]>;
  /** These were put to the recipient: not to be asked again. */
  settle(recipient: BareJid, numbers: readonly number[]): Promise<void>;
  /** All that wait for a recipient, by their numbers, who is shown them now. */
  show(recipient: BareJid): Promise<readonly Question[]>;
  /** These did not reach the recipient: to be put again at that time, as if never shown. Answers how many of them wait. */
  unask(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<number>;
  /** To be put again at that time. */
  remind(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<void>;
  /** All that wait for a recipient, by their numbers. */
  waiting(recipient: BareJid): Promise<readonly Question[]>;
  /** The messages of a question that were shown. An answer is about these, and not about what has joined it since. */
  shownOf(recipient: BareJid, number: number): Promise<readonly AskedMessage[]>;
  /** Every message that a recipient is asked about, shown or not. */
  messagesOf(recipient: BareJid): Promise<readonly AskedMessage[]>;
}
