import type { AddressToken, NumbersToken, Token } from './lexer.ts';
import type { Sense } from './vocabulary.ts';

export function isMeant(token: Token, sense: Sense): boolean {
  return token.kind === 'word' && token.senses.has(sense);
}

export function isFiller(token: Token): boolean {
  return isMeant(token, 'filler');
}

export function isAddress(token: Token): token is AddressToken {
  return token.kind === 'address';
}

export function isNumbers(token: Token): token is NumbersToken {
  return token.kind === 'numbers';
}

export function isOpening(token: Token): boolean {
  return isMeant(token, 'opening') || isMeant(token, 'asking');
}

export function isPreposition(token: Token): boolean {
  return isMeant(token, 'for') || isMeant(token, 'upTo') || isOpening(token);
}

/** The one meaning that all tokens have. To say it twice is the same as once. */
export function onlyMeaning<Meaning extends Sense>(
  tokens: readonly Token[],
  meanings: readonly Meaning[],
): Meaning | undefined {
  const found = meanings.filter((meaning) => tokens.some((token) => isMeant(token, meaning)));
  const [first] = found;
  if (first === undefined || found.length > 1) return undefined;
  return tokens.every((token) => isMeant(token, first)) ? first : undefined;
}
