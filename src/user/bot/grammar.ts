import type { Command } from '../commands/command.ts';
import type { CommandWord } from '../text/vocabulary.ts';
import { type ReadAnswer, readAnswer } from './answers.ts';
import { READERS } from './command-readers.ts';
import { type NumbersToken, type Token, tokensOf } from './lexer.ts';
import { isAddress, isFiller, isMeant, isOpening } from './meaning.ts';
import type { Sense } from './vocabulary.ts';

/** The command that these words mean; `undefined` if it is not exactly one. */
export function interpret(tokens: readonly Token[]): Command | undefined {
  return commandIn(tokens) ?? answerIn(tokens)?.command;
}

/** A command that is no answer. A greeting asks for help. */
export function commandIn(tokens: readonly Token[]): Command | undefined {
  const told = tokens.filter((token) => !isFiller(token));
  if (told.every((token) => isMeant(token, 'greeting')))
    return told.length === 0 ? undefined : { kind: 'help' };
  const found = headOf(withRanges(told.filter(isNoGreeting)));
  return found === undefined ? undefined : READERS[found.head](found.rest);
}

export function answerIn(tokens: readonly Token[]): ReadAnswer | undefined {
  return readAnswer(withRanges(tokens.filter(isNoGreeting)));
}

function isNoGreeting(token: Token): boolean {
  return !isMeant(token, 'greeting');
}

/**
 * Which command it is, and the other words. The word of the command may stand between addresses;
 * "why" may stand anywhere, because it asks for the reason of all the rest.
 */
export function headOf(
  tokens: readonly Token[],
): { readonly head: CommandWord; readonly rest: readonly Token[] } | undefined {
  const why = tokens.findIndex((token) => isMeant(token, 'why'));
  const at = why >= 0 ? why : tokens.findIndex((token) => !mayComeFirst(token));
  const token = tokens[at];
  const head = COMMAND_WORDS.find((word) => token !== undefined && isMeant(token, word));
  if (head === undefined) return undefined;
  const rest = [...tokens.slice(0, at), ...tokens.slice(at + 1)];
  return { head, rest: head === 'why' ? rest : rest.filter((other) => !isOpening(other)) };
}

const COMMAND_WORDS: readonly CommandWord[] = [
  'help',
  'policy',
  'declined',
  'questions',
  'why',
  'status',
  'receipts',
  'text',
  'language',
  'zone',
  'statistics',
];

/** "1 to 3" is the same as "1-3". */
function withRanges(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token, at) => {
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    if (!isMeant(token, 'upTo') || !isSingle(before) || !isSingle(after)) return [token];
    return tokensOf(`${before.numbers[0]}-${after.numbers[0]}`);
  });
}

function isSingle(token: Token | undefined): token is NumbersToken {
  return token?.kind === 'numbers' && token.numbers.length === 1;
}

/** Words that may stand before the command: "tell declined", "for Bob the policy". */
function mayComeFirst(token: Token): boolean {
  const senses: readonly Sense[] = ['for', 'tell', 'silent'];
  return isAddress(token) || isOpening(token) || senses.some((sense) => isMeant(token, sense));
}
