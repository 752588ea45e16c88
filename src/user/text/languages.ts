import type { LanguageCode } from '../commands/command.ts';
import { de } from './de/index.ts';
import { en } from './en/index.ts';
import type { Language } from './language.ts';
import { zh } from './zh/index.ts';

export const LANGUAGE_OF: Readonly<Record<LanguageCode, Language>> = { en, zh, de };

/** RFC 5646 §4.4.1: enough for every tag that there is. Anybody can send a longer one. */
const LONGEST_TAG = 35;

/**
 * RFC 4647 §3.4, lookup: the tag is shortened from its end until we have a language for it. So
 * every Chinese tag gets the one Chinese that we have.
 */
export function languageFor<Fallback extends Language | undefined>(
  tag: string | undefined,
  fallback: Fallback,
): Language | Fallback {
  const subtags = (tag ?? '').slice(0, LONGEST_TAG).trim().toLowerCase().split('-');
  for (let length = subtags.length; length > 0; length--) {
    const range = subtags.slice(0, length).join('-');
    if (isLanguageCode(range)) return LANGUAGE_OF[range];
  }
  return fallback;
}

/** The language that a text is surely written in: who writes Chinese characters expects Chinese. */
export function languageOf(text: string): Language | undefined {
  return Object.values(LANGUAGE_OF).find(({ surely }) => surely?.test(text));
}

function isLanguageCode(range: string): range is LanguageCode {
  return Object.hasOwn(LANGUAGE_OF, range);
}
