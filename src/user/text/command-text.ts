import {
  type AnswerCommand,
  type Command,
  isWatchCommand,
  type Which,
  type WhyCommand,
} from '../commands/command.ts';
import type { Language } from './language.ts';
import type { Word } from './vocabulary.ts';
import { watchCommandText } from './watch-command-text.ts';

/** A command as a text that the bot understands. */
export function commandText(command: Command, language: Language): string {
  return wordsOf(command, language)
    .filter((word) => word !== '')
    .join(' ');
}

function wordsOf(command: Command, language: Language): readonly string[] {
  if (isWatchCommand(command)) return [watchCommandText(command, language)];
  const say = (word: Word) => language.words[word][0];
  switch (command.kind) {
    case 'help':
      return command.isAll === true ? [say('help'), say('all')] : [say('help')];
    case 'questions':
    case 'statistics':
      return [say(command.kind)];
    case 'show-policy':
      return [say('policy')];
    case 'set-policy':
      return [say('policy'), say(command.policy)];
    case 'set-exception':
      return [say('policy'), say('for'), addressText(command.peer), say(command.policy)];
    case 'tell-declined':
      return [say('declined'), say(toldOf(command.tells))];
    case 'answer':
      return answerWords(command, language);
    case 'why':
      return whyWords(command, language);
    case 'status':
      return [say('status'), addressText(command.recipient ?? ''), command.id ?? ''];
    default:
      return wordsForSenders(command, language);
  }
}

function whyWords({ recipient, name, id = '' }: WhyCommand, { words }: Language) {
  const person = recipient === undefined ? name : addressText(recipient);
  return [words.why[0], ...(person === undefined ? [] : [words.for[0], person]), id];
}

function answerWords({ answer, which, forGood }: AnswerCommand, language: Language) {
  const { words } = language;
  return [words[answer][0], forGood ? words.forGood[0] : '', whichOf(which, language)];
}

type ForSenders = Extract<
  Command,
  {
    kind: 'show-receipts' | 'set-receipts' | 'set-text' | 'set-language' | 'show-zone' | 'set-zone';
  }
>;

function wordsForSenders(command: ForSenders, language: Language): readonly string[] {
  const say = (word: Word) => language.words[word][0];
  switch (command.kind) {
    case 'show-receipts':
      return [say('receipts')];
    case 'set-receipts':
      return [say('receipts'), ...receiptWords(command.statuses).map(say)];
    case 'set-text':
      return [say('text'), ...textWords(command).map(say)];
    case 'set-language':
      return [say('language'), command.language === 'default' ? say('default') : command.language];
    case 'show-zone':
      return [say('zone')];
    case 'set-zone':
      return [say('zone'), command.zone === 'default' ? say('default') : command.zone];
    default:
      return command satisfies never;
  }
}

/** The `@` marks a domain without a dot, which would look like any other word. */
function addressText(address: string): string {
  return address === '' || /[.@]/.test(address) ? address : `@${address}`;
}

function toldOf(tells: boolean | 'default'): Word {
  if (tells === 'default') return 'default';
  return tells ? 'tell' : 'silent';
}

function switchOf(isOn: boolean | 'default'): Word {
  if (isOn === 'default') return 'default';
  return isOn ? 'on' : 'off';
}

function textWords({ text, statuses = [] }: SetText): readonly Word[] {
  return statuses === 'default' || statuses.length === 0 ? [switchOf(text)] : statuses;
}

type SetText = Extract<Command, { kind: 'set-text' }>;

type Statuses = Extract<Command, { kind: 'set-receipts' }>['statuses'];

function receiptWords(statuses: Statuses): readonly Word[] {
  if (statuses === 'default') return ['default'];
  return statuses.length === 0 ? ['none'] : statuses;
}

function whichOf(which: Which, { words }: Language): string {
  if (which === 'only') return '';
  return which === 'all' ? words.all[0] : which.join(' ');
}

export interface Misunderstanding {
  readonly kind: 'not-understood';
  /** What the user wrote, shortened; empty if there was nothing to read. */
  readonly found: string;
  /** The most likely first; may be empty. */
  readonly suggestions: readonly Command[];
}

/** Asks whether a command was meant; a plain yes is enough. */
export function doubtText(command: Command, language: Language): string {
  return language.misunderstood.doubt(commandText(command, language));
}

export function misunderstandingText(
  { found, suggestions }: Misunderstanding,
  language: Language,
): string {
  const { misunderstood } = language;
  const opening = found === '' ? misunderstood.empty : misunderstood.opening(found);
  const [first, ...others] = suggestions.map((command) => commandText(command, language));
  if (first === undefined) return `${opening}\n${misunderstood.askForHelp}`;
  const would =
    others.length === 0 ? misunderstood.doubt(first) : misunderstood.couldSay([first, ...others]);
  return [opening, would, misunderstood.askForHelp].join('\n');
}
