import type { Language } from './language.ts';
import { LANGUAGE_OF } from './languages.ts';

const KNOWN: ReadonlySet<string> = new Set(Object.values(LANGUAGE_OF).flatMap(wordsIn));

/** Would the bot read a word of some language there, and not a name? */
export function isKnownWord(text: string): boolean {
  return KNOWN.has(text);
}

function wordsIn(language: Language): readonly string[] {
  const { words, loose, never, persons, asides, unrelated } = language;
  const { fillers, openings, askings, greetings } = language;
  const lists = [
    language.called,
    never,
    persons,
    asides,
    unrelated,
    fillers,
    openings,
    askings,
    greetings,
    language.silence,
    language.naming,
  ];
  return [...Object.values(words), ...Object.values(loose), ...lists].flat();
}
