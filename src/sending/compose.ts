import type { LanguageCode } from '../commands/command.ts';
import { botOf } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import { receiptMessage } from '../protocol/receipt-message.ts';
import type { Element } from '../protocol/xml.ts';
import { languageTagOf, type Preferences, wantsWords } from '../receipt/preferences.ts';
import type { Asking } from '../store/question-store.ts';
import type { Parcel } from '../store/store.ts';
import { describe } from '../text/describe.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF, languageFor } from '../text/languages.ts';
import { askingText } from '../text/question-text.ts';
import { questionId } from './question-id.ts';

export interface ComposeParts {
  /** Our own domain: the bot of it writes. */
  readonly component: string;
  /** For those who chose no language. */
  readonly language: LanguageCode;
  /** For those who did not choose whether receipts come in words too. */
  readonly text: boolean;
  readonly now: () => Millis;
}

/** Receipts for one sender, for programs alone or also in words. */
export function composeReceipts(parcel: Parcel, parts: ComposeParts): Element {
  const { id, to, receipts, preferences } = parcel;
  const language = languageOf(preferences, parts);
  const text = wantsWords(preferences, parts.text)
    ? { lang: language.lang, body: describe(receipts, language, parts.now()) }
    : undefined;
  return receiptMessage({ id, from: botOf(parts.component), to, receipts, text });
}

/** Questions for one recipient, in plain text, which every client can show and answer. */
export function composeQuestions(
  asking: Asking,
  recipient: Preferences,
  parts: ComposeParts,
): Element {
  const language = languageOf(recipient, parts);
  return chatMessage({
    id: questionId(asking.questions.map(({ number }) => number)),
    from: botOf(parts.component),
    to: asking.recipient,
    lang: language.lang,
    body: askingText(asking, language, parts.now()),
  });
}

function languageOf(preferences: Preferences, { language }: ComposeParts): Language {
  return languageFor(languageTagOf(preferences), LANGUAGE_OF[language]);
}
