import type { Answer, LanguageCode } from '../commands/command.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF } from '../text/languages.ts';
import type { Word } from '../text/vocabulary.ts';
import { SIGNS } from './signs.ts';

/** What a word can mean. Its place decides which meaning counts. */
export type Sense =
  | Word
  | LanguageCode
  | Loose
  | 'filler'
  | 'opening'
  | 'asking'
  | 'greeting'
  | 'never'
  | 'person'
  | 'aside'
  | 'unrelated'
  | 'silence'
  | 'naming'
  /** A picture without a meaning that we know. */
  | 'picture';

export type Loose = `loose ${Answer}`;

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
  for (const [sense, texts] of Object.values(LANGUAGE_OF).flatMap(sensesIn).concat(ofSigns()))
    for (const text of texts) senses.set(text, (senses.get(text) ?? new Set()).add(sense));
  return senses;
}

type Said = readonly [Sense, readonly string[]];

function sensesIn(language: Language): readonly Said[] {
  const { words, loose, fillers, openings, askings, greetings, never, persons, asides, unrelated } =
    language;
  return [
    ...Object.entries(words).map(([word, texts]): Said => [word as Word, texts]),
    ...Object.entries(loose).map(([answer, texts]): Said => [`loose ${answer as Answer}`, texts]),
    [language.lang, language.called],
    ['filler', fillers],
    ['opening', openings],
    ['asking', askings],
    ['greeting', greetings],
    ['never', never],
    ['person', persons],
    ['aside', asides],
    ['unrelated', unrelated],
    ['silence', language.silence],
    ['naming', language.naming],
  ];
}

function ofSigns(): readonly Said[] {
  return Object.entries(SIGNS).map(([sense, texts]): Said => [sense as keyof typeof SIGNS, texts]);
}
