import { bareOf } from '../../message/jid.ts';
import type { LanguageCode } from '../../message/languages.ts';
import type { Element } from '../../protocol/xml.ts';
import { isOurs } from '../../receipt/rules.ts';
import type { PreferenceStore } from '../../store/preference-store.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF, languageFor } from '../text/languages.ts';

export interface AskerParts {
  readonly domains: readonly string[];
  readonly defaultLanguage: LanguageCode;
  readonly preferences: Pick<PreferenceStore, 'get'>;
}

/** For a request: the language that the user chose, else that of the user's client. */
export async function languageOfAsker(
  { attrs }: Pick<Element, 'attrs'>,
  { domains, defaultLanguage, preferences }: AskerParts,
): Promise<Language> {
  const user = bareOf(attrs['from'] ?? '');
  const { language } = isOurs(user, { domains }) ? await preferences.get(user) : {};
  return languageFor(language, languageFor(attrs['xml:lang'], LANGUAGE_OF[defaultLanguage]));
}
