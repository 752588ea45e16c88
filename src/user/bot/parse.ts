import type { Command } from '../commands/command.ts';
import type { Misunderstanding } from '../text/command-text.ts';
import { answerIn, commandIn } from './grammar.ts';
import { type Token, tokensOf } from './lexer.ts';
import { isFiller, isMeant } from './meaning.ts';
import { withNumbersForNames } from './names.ts';
import { hasQuestionMark, withoutQuotes } from './plain-text.ts';
import {
  type AskAgain,
  answered,
  type Closed,
  type Courtesy,
  type Doubt,
  namesNone,
  narrowed,
  type Situation,
  vague,
} from './situation.ts';
import { suggestionsFor } from './suggestions.ts';
import { watchIn, watchProposedBy } from './watch-grammar.ts';
import { zoneIn } from './zone-sentence.ts';

/** Maximum number of characters of a command. A longer text is certainly none. */
const MAX_LENGTH = 1000;

/** Maximum number of characters that are repeated of a text that was not understood. */
const MAX_FOUND = 40;

/** Commands that change nothing. A question may mean them: "what is my policy?". */
const SHOWN: readonly Command['kind'][] = [
  'help',
  'show-policy',
  'questions',
  'status',
  'why',
  'show-receipts',
  'show-zone',
  'statistics',
];

export type Meaning = Command | Misunderstanding | Doubt | Courtesy | AskAgain | Closed;

/** Nothing waits, and the bot said something else last. */
const QUIET: Situation = { said: { kind: 'other' }, questions: [] };

/**
 * What a text means, in its situation. All languages are understood at once, and much is tolerated.
 * But we never guess: if the meaning is not clear, the answer shows what would work.
 */
export function parse(text: string, situation: Situation = QUIET): Meaning {
  const meaning = meaningOf(text, situation);
  switch (meaning.kind) {
    case 'courtesy':
    case 'ask-again':
    case 'closed':
      return meaning;
    case 'doubtful':
      return { ...meaning, command: narrowed(meaning.command, situation) };
    case 'not-understood': {
      const suggestions = meaning.suggestions.map((command) => narrowed(command, situation));
      return { ...meaning, suggestions };
    }
    default:
      return narrowed(meaning, situation);
  }
}

function meaningOf(text: string, situation: Situation): Meaning {
  const written = withoutQuotes(text).trim();
  if (written.length > MAX_LENGTH) return misunderstood(written, []);
  return (
    watchIn(written, situation) ??
    zoneMeaning(written) ??
    otherMeaning(written, afterNotice(situation))
  );
}

/** "Is my zone …?" changes nothing. */
function zoneMeaning(written: string): Meaning | undefined {
  const choice = zoneIn(written);
  if (choice === undefined) return undefined;
  return hasQuestionMark(written) ? misunderstood(written, [choice]) : choice;
}

/** To other words, a notice is like anything else that the bot says. */
function afterNotice({ said, ...rest }: Situation): Situation {
  return { ...rest, said: said.kind === 'notice' ? { kind: 'other' } : said };
}

function otherMeaning(written: string, situation: Situation): Meaning {
  const tokens = tokensOf(written);
  const command = commandIn(tokens);
  if (command !== undefined) return certain(command, { written, tokens, situation });
  const watch = watchProposedBy(written);
  return watch === undefined
    ? answerMeaning(written, tokens, situation)
    : { kind: 'doubtful', command: watch };
}

function answerMeaning(written: string, tokens: readonly Token[], situation: Situation): Meaning {
  const named = tokensOf(withNumbersForNames(written, situation.questions));
  const answer = answerIn(named);
  if (answer !== undefined && !isAsking(written, named)) return answered(answer, situation);
  if (answer !== undefined) return misunderstood(written, [answer.command]);
  const polite = tokens.length > 0 && tokens.every(isVague);
  const meant = polite ? vague(tokens.every(isFiller), situation) : undefined;
  return meant ?? guessed(written, suggestionsFor(named), situation);
}

/** Where several ask, who is meant matters more than what. */
function guessed(written: string, suggestions: readonly Command[], situation: Situation): Meaning {
  const [first] = suggestions;
  const isAnswer = first?.kind === 'answer' && first.answer !== 'later';
  return isAnswer && namesNone(first, situation) ? first : misunderstood(written, suggestions);
}

/** A "why?" to a question is about the question, and nothing is known of that. */
function isAboutQuestion(command: Command, { said }: Situation): boolean {
  return command.kind === 'why' && Object.keys(command).length === 1 && said.kind === 'question';
}

interface Heard {
  readonly written: string;
  readonly tokens: readonly Token[];
  readonly situation: Situation;
}

function certain(command: Command, { written, tokens, situation }: Heard): Meaning {
  if (isAboutQuestion(command, situation)) return misunderstood(written, []);
  return isAsking(written, tokens) && !SHOWN.includes(command.kind)
    ? misunderstood(written, [command])
    : command;
}

function isAsking(written: string, tokens: readonly Token[]): boolean {
  return hasQuestionMark(written) || tokens.some((token) => isMeant(token, 'asking'));
}

function isVague(token: Token): boolean {
  return isFiller(token) || isMeant(token, 'picture');
}

function misunderstood(written: string, suggestions: readonly Command[]): Misunderstanding {
  const line = written.replace(/\s+/g, ' ');
  const letters = [...line];
  const found = letters.length > MAX_FOUND ? `${letters.slice(0, MAX_FOUND).join('')}…` : line;
  return { kind: 'not-understood', found, suggestions };
}
