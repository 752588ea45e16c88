import { LANGUAGE_OF } from '../../src/user/text/languages.ts';

/** Everybody was told before who the bot is. */
export const ALL_KNOW_US = { introductions: { take: () => false } };

const FIRST_LINES = new Set(
  Object.values(LANGUAGE_OF).flatMap(({ meeting }) => Object.values(meeting)),
);

/** The words without the line that says who writes them. */
export function afterIntroduction(words: string): string {
  const [first = '', ...rest] = words.split('\n');
  return FIRST_LINES.has(first) ? rest.join('\n') : words;
}
