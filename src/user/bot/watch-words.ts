import { LANGUAGE_OF } from '../text/languages.ts';
import type { WatchWords } from '../text/watch-texts.ts';

/** What a phrase means where somebody speaks of watching a message. */
export type Role = Exclude<keyof WatchWords, 'units' | 'counts' | 'clock'>;

const ROLES: readonly Role[] = [
  ...(['tell', 'watch', 'not', 'delivered', 'displayed', 'confirmed', 'one', 'every'] as const),
  ...(['stop', 'list', 'remind', 'wait', 'drop', 'beside'] as const),
];

const NO_ROLES: ReadonlySet<Role> = new Set();

/** The roles of each phrase, by its words with one blank between two. */
const PHRASES: ReadonlyMap<string, ReadonlySet<Role>> = collect();

const LONGEST = Math.max(...[...PHRASES.keys()].map((phrase) => phrase.split(' ').length));

export interface Phrase {
  readonly text: string;
  /** Empty: unknown, perhaps a name. */
  readonly roles: ReadonlySet<Role>;
}

/** Known phrases, the longest first, and what stands between them. */
export function phrasesIn(text: string): readonly Phrase[] {
  const words = wordsIn(text);
  const phrases: Phrase[] = [];
  for (let at = 0; at < words.length; ) {
    const length = knownLengthAt(words, at);
    const roles = PHRASES.get(phraseOf(words, at, length)) ?? NO_ROLES;
    const last = phrases.at(-1);
    const joined = words.slice(at, at + length).join('');
    if (roles.size === 0 && last?.roles.size === 0 && isHan(last.text) && isHan(joined))
      phrases[phrases.length - 1] = { text: last.text + joined, roles };
    else phrases.push({ text: joined, roles });
    at += length;
  }
  return phrases;
}

/** Each Chinese character is a word here: no spaces are written between them. */
function wordsIn(text: string): readonly string[] {
  return text.match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}'_.-])+/gu) ?? [];
}

function knownLengthAt(words: readonly string[], at: number): number {
  for (let length = Math.min(LONGEST, words.length - at); length > 1; length--)
    if (PHRASES.has(phraseOf(words, at, length))) return length;
  return 1;
}

function phraseOf(words: readonly string[], at: number, length: number): string {
  return words.slice(at, at + length).join(' ');
}

function isHan(text: string): boolean {
  return /^\p{Script=Han}+$/u.test(text);
}

function collect(): ReadonlyMap<string, ReadonlySet<Role>> {
  const phrases = new Map<string, Set<Role>>();
  for (const { watch } of Object.values(LANGUAGE_OF))
    for (const role of ROLES)
      for (const phrase of watch.words[role]) {
        const name = wordsIn(phrase).join(' ');
        phrases.set(name, (phrases.get(name) ?? new Set()).add(role));
      }
  return phrases;
}
