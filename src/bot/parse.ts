import type { Command } from '../commands/command.ts';
import type { Misunderstanding } from '../text/command-text.ts';
import { interpret, isFiller, isMeant } from './grammar.ts';
import { hasQuestionMark, type Token, tokensOf, withoutQuotes } from './lexer.ts';
import { suggestionsFor } from './suggestions.ts';

/** Nobody commands at such length; whatever it is, it is not for us. */
const MAX_LENGTH = 1000;

/** So much of what was not understood is said back. */
const MAX_FOUND = 40;

/** A mere "thanks": it wants no answer. */
export interface Courtesy {
  readonly kind: 'courtesy';
}

/** Commands that change nothing: they may as well be asked for. */
const SHOWN: readonly Command['kind'][] = [
  'help',
  'show-policy',
  'questions',
  'status',
  'show-receipts',
  'statistics',
];

/**
 * What somebody who writes this wants of us. Lenient, in all languages at once, but nothing is done by guess: what does not mean
 * one thing only is answered by what would have worked.
 */
export function parse(text: string): Command | Misunderstanding | Courtesy {
  const written = withoutQuotes(text).trim();
  if (written.length > MAX_LENGTH) return misunderstood(written, []);
  const tokens = tokensOf(written);
  if (tokens.length > 0 && tokens.every(isFiller)) return { kind: 'courtesy' };
  const command = interpret(tokens);
  if (command === undefined) return misunderstood(written, suggestionsFor(tokens));
  if (isAsking(written, tokens) && !SHOWN.includes(command.kind))
    return misunderstood(written, [command]);
  return command;
}

function isAsking(written: string, tokens: readonly Token[]): boolean {
  return hasQuestionMark(written) || tokens.some((token) => isMeant(token, 'asking'));
}

function misunderstood(written: string, suggestions: readonly Command[]): Misunderstanding {
  const line = written.replace(/\s+/g, ' ');
  const letters = [...line];
  const found = letters.length > MAX_FOUND ? `${letters.slice(0, MAX_FOUND).join('')}…` : line;
  return { kind: 'not-understood', found, suggestions };
}
