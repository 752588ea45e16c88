import type { Element } from '../../src/protocol/xml.ts';
import { LANGUAGE_OF } from '../../src/user/text/languages.ts';
import { parseOne } from './xml.ts';

/** Everybody was told before who the bot is. */
export const ALL_KNOW_US = { introductions: { take: () => false } };

/** Nobody's app has said in which zone it is. */
export const NO_ZONES = { zones: { of: () => undefined } };

const FIRST_LINES = new Set(
  Object.values(LANGUAGE_OF).flatMap(({ meeting }) => Object.values(meeting)),
);

/** The words without the line that says who writes them. */
export function afterIntroduction(words: string): string {
  const [first = '', ...rest] = words.split('\n');
  return FIRST_LINES.has(first) ? rest.join('\n') : words;
}

/** The stanza as somebody gets it who knows the bot. */
export function withoutIntroduction(stanza: Element): Element {
  const words = stanza.getChild('body')?.getText() ?? '';
  if (afterIntroduction(words) === words) return stanza;
  const copy = parseOne(stanza.toString());
  const body = copy.getChild('body');
  if (body !== undefined) body.children = [afterIntroduction(words)];
  return copy;
}
