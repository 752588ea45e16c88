import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { QuestionStore } from './question-store.ts';

/** What an adapter does for questions that wait: it also loads what opens and closes them. */
export interface QuestionPort extends Within<Omit<QuestionStore, 'shownOf' | 'messagesOf'>> {
  /** Everything that `takeSteps` needs to open and close these questions. */
  load(wanted: WantedQuestions): Awaitable<LoadedQuestions>;
}

export interface WantedQuestions {
  /** Messages that are not to be asked about any more. */
  readonly closing: readonly MessageKey[];
  /** Who is to be asked something. */
  readonly recipients: readonly BareJid[];
}

export interface LoadedQuestions {
  /** The closing messages that belong to a question. */
  readonly asked: readonly AskedAbout[];
  /** What the questions of these messages hold. */
  readonly counts: readonly QuestionCount[];
  /** All that wait for the recipients, for each the oldest first. */
  readonly questions: readonly QuestionHead[];
  /** The last numbers of the recipients, and of those of the closing messages. */
  readonly numbers: readonly LastNumber[];
}

export interface QuestionName {
  readonly recipient: BareJid;
  readonly number: number;
}

export interface QuestionHead extends QuestionName {
  readonly sender: BareJid;
}

/** A message that a question is about. */
export interface AskedAbout {
  readonly key: MessageKey;
  readonly number: number;
  readonly isShown: boolean;
}

export interface QuestionCount extends QuestionName {
  readonly messages: number;
  readonly shown: number;
}

/**
 * The number that a recipient's last question got, and when one of that number was last heard of.
 */
export interface LastNumber extends QuestionName {
  readonly at: Millis;
}

/** What a transaction saves of questions, in the order of the names. */
export interface QuestionChanges {
  /** Messages that leave their question. */
  readonly unasked: readonly MessageKey[];
  /** Questions without any message. */
  readonly closed: readonly QuestionName[];
  readonly opened: readonly NewQuestion[];
  readonly asked: readonly NewAsked[];
  /** Questions that are to be put again at that time, lent or not. */
  readonly again: readonly QuestionAgain[];
  readonly numbers: readonly LastNumber[];
}

export interface NewQuestion extends QuestionHead {
  readonly opened: Millis;
  readonly due: Millis;
}

/** A message that joins a question; it is not shown yet. */
export interface NewAsked {
  readonly key: MessageKey;
  readonly number: number;
  readonly position: Stamp;
  /** What the server's clock said then, if it differs. */
  readonly time?: Stamp | undefined;
  /** When it joined the question. */
  readonly joined: Millis;
}

export interface QuestionAgain extends QuestionName {
  readonly due: Millis;
}

export const NO_QUESTION_CHANGES: QuestionChanges = {
  unasked: [],
  closed: [],
  opened: [],
  asked: [],
  again: [],
  numbers: [],
};
