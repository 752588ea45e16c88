import type { Policy } from '../../message/policy.ts';
import type { Status } from '../../message/status.ts';
import type { Backlog } from '../../store/upkeep-store.ts';
import type { Answer, LanguageCode } from '../commands/command.ts';
import type { PolicyChange, Refusal } from '../commands/reply.ts';
import type { Forms } from './forms.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { WatchForms } from './watch-forms.ts';
import type { WatchTexts } from './watch-texts.ts';
import type { WhyTexts } from './why-text.ts';
import type { ZoneTexts } from './zone-text.ts';

/** All that we say to people, and understand of them, in one language. */
export interface Language extends StatusTexts, ToldTexts, ReplyTexts, Vocabulary {
  /** RFC 5646, for `xml:lang`. */
  readonly lang: LanguageCode;
  /** What its speakers call it. */
  readonly name: string;
  /** What people call it, in any language. The first is its code. */
  readonly called: readonly [LanguageCode, ...string[]];
  /** Who writes this expects an answer in this language. */
  readonly surely?: RegExp;
  readonly help: HelpTexts;
  readonly meeting: MeetingTexts;
  readonly why: WhyTexts;
  readonly people: PeopleTexts;
  readonly misunderstood: MisunderstoodTexts;
  readonly unread: UnreadTexts;
  readonly forms: Forms;
  readonly watch: WatchTexts;
  readonly watchForms: WatchForms;
  readonly zone: ZoneTexts;
}

export interface StatusTexts {
  readonly statuses: Readonly<Record<Status, (wording: Wording) => string>>;
  readonly statusNames: Readonly<Record<Status, Meaning>>;
  readonly policies: Readonly<Record<Policy, Meaning>>;
  /** The last line of a list: how many more there are. */
  readonly more: (count: number) => string;
  readonly date: (day: Day) => string;
}

/** What we say of ourselves, and not when we are asked. */
export interface ToldTexts {
  /** Where it is not what we say when we are asked. */
  readonly told: Readonly<Partial<Record<Status, (wording: Wording) => string>>>;
  /** Of several messages to one contact. */
  readonly digests: Readonly<Record<Status, (digest: Digest) => string>>;
}

export interface ReplyTexts {
  readonly questions: QuestionTexts;
  readonly policy: PolicyTexts;
  readonly receipts: ReceiptsTexts;
  readonly status: { readonly none: string };
  readonly statistics: StatisticsTexts;
  readonly refusals: Readonly<Record<Refusal, string>>;
}

/** What a text about one message says of it. Times are written as people write them. */
export interface Wording {
  /** When the message was sent. */
  readonly time: string;
  readonly recipient: string;
  /** Is the recipient an occupant of a room? */
  readonly isInRoom: boolean;
  readonly condition: string;
}

/** What a text about several messages says of them; `time`: of the first. */
export interface Digest extends Wording {
  readonly count: number;
  /** The time of the last; absent if it is the same. */
  readonly to: string | undefined;
}

/** `year` is left out in the present year. */
export interface Day {
  readonly year: number | undefined;
  /** The month, from 1. */
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
  readonly howToAnswerOneForGood: string;
  /** The names, or the numbers, of two senders. */
  readonly howToAnswerSeveral: (first: string, second: string) => string;
  /** Where one sender has several questions. */
  readonly forGoodOfOne: string;
  /** The names of two senders, or the numbers of what they ask. */
  readonly forGoodOfSeveral: (first: string, second: string) => string;
  /** A reply or a reaction to a question that does not wait. */
  readonly closed: string;
  /** A reaction was taken back. */
  readonly takenBack: string;
  /** What was proposed was not meant; the questions follow. */
  readonly notAnswered: string;
  readonly forGood: Readonly<Record<'yes' | 'no', (contact: string) => string>>;
  readonly takeBack: (command: string) => string;
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
  readonly changed: Readonly<Record<PolicyChange, string>>;
  readonly byOperator: OperatorTexts;
}

/** What the operator has set; without a policy the default holds again. */
export interface OperatorTexts {
  readonly forAll: (policy: string | undefined) => string;
  readonly forOne: (contact: string, policy: string | undefined) => string;
}

export interface ReceiptsTexts {
  readonly wanted: (statuses: readonly string[]) => string;
  readonly none: string;
  readonly byDefault: string;
  readonly withText: (statuses: readonly string[]) => string;
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

/** The first line of the first words to a person: who writes, and how to be left alone. */
export interface MeetingTexts {
  readonly words: string;
  /** Before a question, or a reminder. */
  readonly question: string;
  /** The same where nobody has a policy of their own. */
  readonly lockedQuestion: string;
}

export interface PeopleTexts {
  /** The name that was said fits all of these. */
  readonly several: (people: string) => string;
}

export interface HelpTexts {
  readonly intro: string;
  readonly sections: readonly HelpSection[];
  readonly forAdmins: HelpSection;
  /** The heading over the policies. */
  readonly policies: string;
  /** The last line of the short help: how to see all of it. */
  readonly all: string;
  /** All of it in one line: the words with which a message can begin. */
  readonly brief: (words: readonly string[]) => string;
}

export interface HelpSection {
  readonly heading: string;
  /** What the short help names: the things that people say most. */
  readonly short: readonly string[];
  readonly lines: readonly HelpLine[];
}

/**
 * Something to say to the bot; a test lets the bot read every example. In the meaning `{languages}`
 * stands for the codes of all languages.
 */
export interface HelpLine {
  readonly example: string;
  readonly meaning: string;
}

export interface MisunderstoodTexts {
  readonly opening: (found: string) => string;
  readonly empty: string;
  /** Something was probably meant; a yes is enough. */
  readonly doubt: (command: string) => string;
  readonly couldSay: (commands: readonly string[]) => string;
  readonly askForHelp: string;
}

/** What is said to somebody whose message the bot does not read. */
export interface UnreadTexts {
  readonly encrypted: string;
  readonly correction: string;
}
