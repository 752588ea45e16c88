import type { Policy } from '../../message/policy.ts';
import type { Status } from '../../message/status.ts';
import type { Answer, LanguageCode } from '../commands/command.ts';

export interface Vocabulary {
  readonly words: Readonly<Record<Word, readonly [string, ...string[]]>>;
  /** Words without a meaning of their own, anywhere in a message. */
  readonly fillers: readonly string[];
  /** Words that a command may begin with, but not an answer. */
  readonly openings: readonly string[];
  /** Words that a command may begin with if it only asks, and changes nothing. */
  readonly askings: readonly string[];
  readonly greetings: readonly string[];
  /** Words that may mean yes, or only that the user has read the question. */
  readonly assents: readonly string[];
}

/** Every word that has a meaning for the bot: user/bot/grammar.ts gives it. */
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
