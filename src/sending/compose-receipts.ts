import type { Config } from '../config/config.ts';
import { botOf } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { receiptMessage } from '../protocol/receipt-message.ts';
import type { Element } from '../protocol/xml.ts';
import { languageTagOf, wantsWords } from '../receipt/preferences.ts';
import type { Parcel } from '../store/store.ts';
import { describe } from '../text/describe.ts';
import { LANGUAGE_OF, languageFor } from '../text/languages.ts';

/** How receipts are put: for machines alone or also in words, as the sender chose, else the operator. */
export function composerOf(
  { component, receipts, language }: Config,
  now: () => Millis,
): (parcel: Parcel) => Element {
  const from = botOf(component.domain);
  return ({ id, to, receipts: told, more, preferences }) => {
    const spoken = languageFor(languageTagOf(preferences), LANGUAGE_OF[language]);
    const text = wantsWords(preferences, receipts.text)
      ? { lang: spoken.lang, body: describe({ receipts: told, more }, spoken, now()) }
      : undefined;
    return receiptMessage({ id, from, to, receipts: told, more, text });
  };
}
