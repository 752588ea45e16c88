import type { Command } from '../commands/command.ts';
import type { Misunderstanding } from '../text/command-text.ts';
import { interpret } from './grammar.ts';
import { type Token, tokensOf } from './lexer.ts';
import { isFiller, isMeant } from './meaning.ts';
import { hasQuestionMark, withoutQuotes } from './plain-text.ts';
import { suggestionsFor } from './suggestions.ts';

/** Maximum number of characters of a command. A longer text is certainly none. */
const MAX_LENGTH = 1000;

/** Maximum number of characters that are repeated of a text that was not understood. */
const MAX_FOUND = 40;

/** Only a "thanks": it needs no answer. */
export interface Courtesy {
  readonly kind: 'courtesy';
}

/** Commands that change nothing. A question may mean them: "what is my policy?". */
const SHOWN: readonly Command['kind'][] = [
  'help',
  'show-policy',
  'questions',
  'status',
  'show-receipts',
  'statistics',
];

/**
 * The command that a text means. All languages are understood at once, and much is tolerated. But
 * we never guess: if the meaning is not clear, the answer shows what would work.
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
