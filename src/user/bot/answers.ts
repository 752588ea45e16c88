import type { Answer, AnswerCommand, Which } from '../commands/command.ts';
import type { Token } from './lexer.ts';
import { isFiller, isMeant, isNumbers } from './meaning.ts';
import type { Sense } from './vocabulary.ts';

/** An answer that stands in a text. */
export interface ReadAnswer {
  readonly command: AnswerCommand;
  /**
   * How clear it is. `clear`: it says yes, no or later itself. `loose`: it answers if a question was
   * the last thing that was said. `half`: a part of it is left to guess.
   */
  readonly clarity: 'clear' | 'loose' | 'half';
}

export const ANSWERS: readonly Answer[] = ['yes', 'no', 'later'];

/**
 * An answer counts only if all other words say which questions are meant, or nothing: "no idea" is
 * not "no".
 */
export function readAnswer(tokens: readonly Token[]): ReadAnswer | undefined {
  if (tokens.some(isAbbreviation)) return undefined;
  const isNamed = tokens.some((token) => isNumbers(token) || isMeant(token, 'person'));
  const words = tokens.filter((token) => !isBeside(token, isNamed));
  const which = questionsMeant(words);
  const said = words.filter((token) => !isNumbers(token) && !isMeant(token, 'all'));
  const forGood = said.some((token) => isMeant(token, 'forGood') || isMeant(token, 'never'));
  const answer = onlyAnswer(
    said.filter((token) => !isMeant(token, 'forGood')),
    forGood,
  );

  if (answer === undefined || which === undefined) return undefined;
  const command: AnswerCommand = { kind: 'answer', answer, which };
  if (!forGood) return { command, clarity: isSaid(said, answer) ? 'clear' : 'loose' };
  if (answer === 'later' || which === 'all') return undefined;
  return { command: { ...command, forGood }, clarity: clarityForGood(tokens, said) };
}

/** The one answer that all these words give. "Always" is a yes without the word. */
function onlyAnswer(said: readonly Token[], isYesWithoutWords: boolean): Answer | undefined {
  if (said.length === 0) return isYesWithoutWords ? 'yes' : undefined;
  const found = ANSWERS.filter((answer) => said.some((token) => gives(token, answer)));
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) return undefined;
  return said.every((token) => gives(token, first)) ? first : undefined;
}

function clarityForGood(tokens: readonly Token[], said: readonly Token[]): ReadAnswer['clarity'] {
  if (tokens.some(isNumbers) || isSaid(said, 'yes') || isSaid(said, 'no')) return 'clear';
  const isLoose = ANSWERS.some((answer) => said.some((token) => isMeant(token, `loose ${answer}`)));
  return isLoose || tokens.some((token) => isMeant(token, 'person')) ? 'loose' : 'half';
}

function isSaid(tokens: readonly Token[], answer: Answer): boolean {
  return tokens.some((token) => isMeant(token, answer));
}

function gives(token: Token, answer: Answer): boolean {
  const isNo = answer === 'no' && isMeant(token, 'never');
  return isNo || isMeant(token, answer) || isMeant(token, `loose ${answer}`);
}

const BESIDE: readonly Sense[] = ['aside', 'person', 'picture', 'asking', 'questions', 'upTo'];

/** Says nothing beside an answer: "question" beside a number, "for" beside a name. */
function isBeside(token: Token, isNamed: boolean): boolean {
  if (isNamed && isMeant(token, 'for')) return true;
  if (ANSWERS.some((answer) => gives(token, answer))) return false;
  return isFiller(token) || BESIDE.some((sense) => isMeant(token, sense));
}

/** In "question no. 2" the word "no." may mean "number". */
function isAbbreviation(token: Token, at: number, tokens: readonly Token[]): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (before === undefined || after?.kind !== 'numbers') return false;
  return isMeant(before, 'questions') && isMeant(token, 'no');
}

export function questionsMeant(tokens: readonly Token[]): Which | undefined {
  const numbers = tokens.filter(isNumbers).flatMap((token) => token.numbers);
  const isAll = tokens.some((token) => isMeant(token, 'all'));
  if (isAll) return numbers.length === 0 ? 'all' : undefined;
  return numbers.length === 0 ? 'only' : [...new Set(numbers)];
}
