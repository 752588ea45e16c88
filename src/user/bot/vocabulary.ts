import { LANGUAGE_OF } from '../text/languages.ts';
import type { Word } from '../text/vocabulary.ts';

/** What a word can mean. Its place decides which meaning counts. */
export type Sense = Word | 'filler' | 'opening' | 'asking' | 'greeting' | 'assent';

/** Words of all languages, in the form in which they are looked up: lower case, single spaces. */
export const VOCABULARY: ReadonlyMap<string, ReadonlySet<Sense>> = collect();

/** No entry has more words, so the lexer tries no longer phrase. */
export const LONGEST_PHRASE = Math.max(
  ...[...VOCABULARY.keys()].map((key) => key.split(' ').length),
);

/** Languages that write no spaces between words. */
const UNSPACED = /\p{Script=Han}/u;

export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/** Splits text without spaces at its known words, the longest first. */
export const UNSPACED_WORDS = new RegExp(
  `(${[...VOCABULARY.keys()]
    .filter(isUnspaced)
    .sort((a, b) => b.length - a.length)
    .join('|')})`,
  'u',
);

function collect(): ReadonlyMap<string, ReadonlySet<Sense>> {
  const senses = new Map<string, Set<Sense>>();
  const add = (texts: readonly string[], sense: Sense) => {
    for (const text of texts) senses.set(text, (senses.get(text) ?? new Set()).add(sense));
  };
  for (const { words, fillers, openings, askings, greetings, assents } of Object.values(
    LANGUAGE_OF,
  )) {
    for (const [word, texts] of Object.entries(words)) add(texts, word as Word);
    add(fillers, 'filler');
    add(openings, 'opening');
    add(askings, 'asking');
    add(greetings, 'greeting');
    add(assents, 'assent');
  }
  return senses;
}
