import type { Answer, LanguageCode } from '../commands/command.ts';
import type { Refusal } from '../commands/reply.ts';
import type { Policy } from '../message/policy.ts';
import type { Status } from '../message/status.ts';
import type { Backlog } from '../store/store.ts';

/** All that we say to people and understand of them, in one language. Times are given as people write them. */
export interface Language {
  /** RFC 5646, for `xml:lang`. */
  readonly lang: LanguageCode;
  /** What its speakers call it. */
  readonly name: string;
  readonly statuses: Readonly<Record<Status, (wording: Wording) => string>>;
  readonly more: (count: number) => string;
  readonly date: (day: Day) => string;
  readonly policies: Readonly<Record<Policy, Meaning>>;
  readonly statusNames: Readonly<Record<Status, Meaning>>;
  readonly questions: QuestionTexts;
  readonly policy: PolicyTexts;
  readonly receipts: ReceiptsTexts;
  readonly status: { readonly none: string };
  readonly statistics: StatisticsTexts;
  readonly refusals: Readonly<Record<Refusal, string>>;
  readonly help: HelpTexts;
  readonly misunderstood: MisunderstoodTexts;
  readonly forms: Forms;
  readonly words: Readonly<Record<Word, readonly [string, ...string[]]>>;
  /** Words that change nothing, wherever they stand. */
  readonly fillers: readonly string[];
  /** Words that a command may begin with; an answer may not. */
  readonly openings: readonly string[];
  /** Likewise, but then nothing is to be changed. */
  readonly askings: readonly string[];
  readonly greetings: readonly string[];
  /** Words that may mean yes, or no more than that they were heard. */
  readonly assents: readonly string[];
}

/** What a text about one message speaks of. */
export interface Wording {
  /** When the message was sent. */
  readonly time: string;
  readonly recipient: string;
  readonly condition: string;
}

/** `year` is there only if it is not the present one. */
export interface Day {
  readonly year: number | undefined;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly time: string;
}

/** A name and what it stands for, in one line. */
export interface Meaning {
  readonly name: string;
  readonly meaning: string;
}

/** The messages that a question is about. */
export interface Asked {
  readonly sender: string;
  readonly messages: number;
  readonly from: string;
  /** Absent if it is the same as `from`. */
  readonly to: string | undefined;
}

export interface QuestionTexts {
  /** The only question that waits. */
  readonly one: (asked: Asked) => string;
  readonly several: string;
  readonly item: (number: number, asked: Asked) => string;
  readonly more: (count: number) => string;
  readonly howToAnswerOne: string;
  readonly howToAnswerSeveral: (first: number, second: number) => string;
  readonly none: string;
  readonly which: string;
  readonly noSuch: (number: number) => string;
  readonly answered: Readonly<Record<Answer, (asked: Asked) => string>>;
  readonly answeredSeveral: Readonly<Record<Answer, string>>;
}

export interface PolicyTexts {
  readonly inForce: (policy: Meaning) => string;
  readonly byDefault: string;
  readonly locked: string;
  readonly exceptions: string;
  readonly exception: (peer: string, policy: string) => string;
  readonly tellsDeclined: string;
  readonly hidesDeclined: string;
  readonly changed: Readonly<Record<'in-force' | 'kept', string>>;
}

export interface ReceiptsTexts {
  readonly wanted: (statuses: readonly string[]) => string;
  readonly none: string;
  readonly byDefault: string;
  readonly withText: string;
  readonly withoutText: string;
  readonly language: (name: string) => string;
  readonly changed: string;
}

export interface StatisticsTexts {
  readonly waiting: string;
  readonly backlog: Readonly<Record<keyof Backlog, string>>;
  readonly counted: string;
  readonly nothingCounted: string;
  readonly line: (name: string, count: number) => string;
}

export interface HelpTexts {
  readonly intro: string;
  readonly commands: readonly HelpLine[];
  readonly forAdmins: readonly HelpLine[];
  readonly policies: string;
}

/** Something that can be said to the bot; a test parses every example. */
export interface HelpLine {
  readonly example: string;
  readonly meaning: string;
}

export interface MisunderstoodTexts {
  readonly opening: (found: string) => string;
  readonly empty: string;
  readonly didYouMean: (command: string) => string;
  readonly couldSay: (commands: readonly string[]) => string;
  readonly askForHelp: string;
}

/** XEP-0050: what the commands and the fields of their forms are called. */
export interface Forms {
  readonly service: string;
  readonly bot: string;
  readonly commands: Readonly<Record<FormName, FormTexts>>;
  readonly fields: Readonly<Record<FieldName, string>>;
  readonly policies: Readonly<Record<Policy | 'default', string>>;
  readonly answers: Readonly<Record<Answer, string>>;
  readonly allQuestions: string;
  readonly languages: Readonly<Record<LanguageCode | 'default', string>>;
  /** What a boolean or a list says where the operator decides. */
  readonly asOperatorWants: string;
  readonly notes: Readonly<Record<FormNote, string>>;
}

export interface FormTexts {
  /** In a list of commands, and the title of its form. */
  readonly name: string;
  readonly instructions: string;
}

export type FormName =
  | 'policy'
  | 'contact-policy'
  | 'questions'
  | 'status'
  | 'receipts'
  | 'help'
  | 'statistics';

export type FieldName =
  | 'policy'
  | 'peer'
  | 'exceptions'
  | 'tellDeclined'
  | 'question'
  | 'answer'
  | 'recipient'
  | 'id'
  | 'statuses'
  | 'status'
  | 'at'
  | 'condition'
  | 'text'
  | 'language';

export type FormNote =
  | 'canceled'
  | 'badPolicy'
  | 'badPeer'
  | 'badQuestion'
  | 'badAnswer'
  | 'badRecipient'
  | 'badStatuses'
  | 'badBoolean'
  | 'badLanguage'
  | 'forbidden';

/** Everything that means something to the bot: parse.ts says what. */
export type Word =
  | CommandWord
  | Answer
  | 'all'
  | Policy
  | Status
  | LanguageCode
  | 'for'
  | 'upTo'
  | 'none'
  | 'on'
  | 'off'
  | 'tell'
  | 'silent'
  | 'default';

export type CommandWord =
  | 'help'
  | 'policy'
  | 'declined'
  | 'questions'
  | 'status'
  | 'receipts'
  | 'text'
  | 'language'
  | 'statistics';
