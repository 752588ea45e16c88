import type { Command } from '../commands/command.ts';
import { ANSWERS } from './answers.ts';
import {
  answersFor,
  commandsFor,
  EXAMPLES,
  languagesFor,
  policiesFor,
  receiptsFor,
} from './examples.ts';
import { headOf, interpret } from './grammar.ts';
import { type Token, tokensOf } from './lexer.ts';
import { isFiller, isMeant } from './meaning.ts';
import { nearest } from './near-miss.ts';

/** Maximum number of suggestions. More would be a help text. */
const MAX_SUGGESTIONS = 3;

/** Maximum number of misspelt words. With more unknown words the text was no command. */
const MAX_SLIPS = 3;

/** Maximum number of corrections that are tried for one word. */
const MAX_READINGS = 3;

/** Commands that were probably meant, but not clearly enough to carry them out. */
export function suggestionsFor(tokens: readonly Token[]): readonly Command[] {
  const told = tokens.filter((token) => !isFiller(token));
  const likely = [slipsIn(told), separateAnswers(told), unfinished(told)].find(
    (commands) => commands.length > 0,
  );
  return distinct(likely ?? []).slice(0, MAX_SUGGESTIONS);
}

/** A few misspelt words: the commands that the nearest known words would mean. */
function slipsIn(tokens: readonly Token[]): readonly Command[] {
  const slips = tokens.filter(isUnknown);
  if (slips.length === 0 || slips.length > MAX_SLIPS) return [];
  const readings = tokens.reduce<readonly (readonly Token[])[]>(
    (before, token) => {
      const mended = mendings(token);
      return before.flatMap((sentence) => mended.map((words) => [...sentence, ...words]));
    },
    [[]],
  );
  return readings.map(interpret).filter((command) => command !== undefined);
}

function mendings(token: Token): readonly (readonly Token[])[] {
  if (token.kind !== 'word' || !isUnknown(token)) return [[token]];
  return nearest(token.text).slice(0, MAX_READINGS).map(tokensOf);
}

/** "yes 1, no 2" are two answers. The user must give one at a time. */
function separateAnswers(tokens: readonly Token[]): readonly Command[] {
  const starts = tokens.flatMap((token, at) => (isAnswerWord(token) ? [at] : []));
  if (starts.length < 2 || starts[0] !== 0) return [];
  const answers = starts.map((start, index) => interpret(tokens.slice(start, starts[index + 1])));
  return answers.every((answer) => answer?.kind === 'answer') ? answers : [];
}

/** Commands of which one word is clear, and what belongs to it is missing. */
function unfinished(tokens: readonly Token[]): readonly Command[] {
  const words = tokens.filter((token) => !isUnknown(token));
  const head = headOf(words)?.head;
  if (head !== undefined) return EXAMPLES[head](tokens);
  return (
    [answersFor, policiesFor, receiptsFor, languagesFor, commandsFor]
      .map((examples) => examples(words))
      .find((commands) => commands.length > 0) ?? []
  );
}

function isUnknown(token: Token): boolean {
  return token.kind === 'word' && token.senses.size === 0;
}

function isAnswerWord(token: Token): boolean {
  return ANSWERS.some((answer) => isMeant(token, answer));
}

function distinct(commands: readonly Command[]): readonly Command[] {
  return [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()];
}
