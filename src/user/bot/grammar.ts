import type { Answer, Command, Which } from '../commands/command.ts';
import type { CommandWord } from '../text/vocabulary.ts';
import { READERS } from './command-readers.ts';
import { type NumbersToken, type Token, tokensOf } from './lexer.ts';
import { isAddress, isFiller, isMeant, isNumbers, isOpening, onlyMeaning } from './meaning.ts';
import type { Sense } from './vocabulary.ts';

/** The command that these words mean; `undefined` if it is not exactly one. */
export function interpret(tokens: readonly Token[]): Command | undefined {
  const told = tokens.filter((token) => !isFiller(token));
  if (told.every((token) => isMeant(token, 'greeting')))
    return told.length === 0 ? undefined : { kind: 'help' };
  const words = withRanges(told.filter((token) => !isMeant(token, 'greeting')));
  return commandOf(words) ?? answerOf(words);
}

/**
 * Which command it is, and the other words. The word of the command may stand between addresses.
 */
export function headOf(
  tokens: readonly Token[],
): { readonly head: CommandWord; readonly rest: readonly Token[] } | undefined {
  const at = tokens.findIndex((token) => !mayComeFirst(token));
  const token = tokens[at];
  const head = COMMAND_WORDS.find((word) => token !== undefined && isMeant(token, word));
  if (head === undefined) return undefined;
  const rest = [...tokens.slice(0, at), ...tokens.slice(at + 1)];
  return { head, rest: rest.filter((other) => !isOpening(other)) };
}

export const ANSWERS: readonly Answer[] = ['yes', 'no', 'later'];

const COMMAND_WORDS: readonly CommandWord[] = [
  'help',
  'policy',
  'declined',
  'questions',
  'status',
  'receipts',
  'text',
  'language',
  'statistics',
];

function commandOf(tokens: readonly Token[]): Command | undefined {
  const found = headOf(tokens);
  return found === undefined ? undefined : READERS[found.head](found.rest);
}

/**
 * An answer counts only if all other words say which questions are meant: "no idea" is not "no".
 */
function answerOf(tokens: readonly Token[]): Command | undefined {
  const words = tokens.filter((token) => !isPlaceholder(token));
  const said = words.filter((token) => !isNumbers(token) && !isMeant(token, 'all'));
  const answer = onlyMeaning(said, ANSWERS);
  const which = questionsMeant(words);
  if (tokens.some(isAbbreviation)) return undefined;
  return answer === undefined || which === undefined
    ? undefined
    : { kind: 'answer', answer, which };
}

/** In "question no. 2" the word "no." may mean "number". */
function isAbbreviation(token: Token, at: number, tokens: readonly Token[]): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (before === undefined || after?.kind !== 'numbers') return false;
  return isMeant(before, 'questions') && isMeant(token, 'no');
}

/** Words that say nothing beside a number, such as "question". */
function isPlaceholder(token: Token): boolean {
  return isMeant(token, 'questions') || isMeant(token, 'upTo');
}

export function questionsMeant(tokens: readonly Token[]): Which | undefined {
  const numbers = tokens.filter(isNumbers).flatMap((token) => token.numbers);
  const isAll = tokens.some((token) => isMeant(token, 'all'));
  if (isAll) return numbers.length === 0 ? 'all' : undefined;
  return numbers.length === 0 ? 'only' : [...new Set(numbers)];
}

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
