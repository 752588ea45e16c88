import type { Policy } from '../../message/policy.ts';
import type { Status } from '../../message/status.ts';
import type { Answer } from '../commands/command.ts';
import type { ZoneWords } from './zone-text.ts';

/** What people say beside "why". */
export interface WhyWords {
  /** Words of a question why nothing was heard. */
  readonly silence: readonly string[];
  /** Behind these stands a name: "why no receipt from bob". */
  readonly naming: readonly string[];
}

export interface Vocabulary extends WhyWords, ZoneWords {
  readonly words: Readonly<Record<Word, readonly [string, ...string[]]>>;
  /**
   * Words that answer a question if it is the last thing that was said, but may mean nothing at any
   * other time.
   */
  readonly loose: Readonly<Record<Answer, readonly string[]>>;
  /** A no for good. */
  readonly never: readonly string[];
  /** Words for somebody who was just spoken of. */
  readonly persons: readonly string[];
  /** Words that say nothing beside an answer. */
  readonly asides: readonly string[];
  /** Words of other talk: they are known, so that no other word with a typing error is seen in them. */
  readonly unrelated: readonly string[];
  /** Words without a meaning of their own, anywhere in a message. */
  readonly fillers: readonly string[];
  /** Words that a command may begin with, but not an answer. */
  readonly openings: readonly string[];
  /** Words that a command may begin with if it only asks, and changes nothing. */
  readonly askings: readonly string[];
  readonly greetings: readonly string[];
}

/** Every word that has a meaning for the bot: user/bot/grammar.ts gives it. */
export type Word =
  | CommandWord
  | Answer
  | 'forGood'
  | 'all'
  | Policy
  | Status
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
  | 'why'
  | 'receipts'
  | 'text'
  | 'language'
  | 'zone'
  | 'statistics';
