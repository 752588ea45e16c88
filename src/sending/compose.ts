import { wellFormed } from '../link/well-formed.ts';
import { botOf, domainOf } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import { questionId } from '../protocol/question-id.ts';
import { receiptElement, receiptMessage } from '../protocol/receipt-message.ts';
import { weightOf } from '../protocol/weight.ts';
import type { Element } from '../protocol/xml.ts';
import { languageTagOf, type Preferences, wantsWords } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Asking } from '../store/question-store.ts';
import type { Parcel } from '../store/receipt-store.ts';
import type { LanguageCode } from '../user/commands/command.ts';
import { type Introducing, introduced } from '../user/text/introduction.ts';
import type { Language } from '../user/text/language.ts';
import { LANGUAGE_OF, languageFor } from '../user/text/languages.ts';
import { askingText } from '../user/text/question-text.ts';
import { receiptLines } from '../user/text/receipt-text.ts';
import type { Refusals } from './refusals.ts';

export interface ComposeParts extends Introducing {
  /** Our own domain. Its bot is the sender of what we write. */
  readonly component: string;
  /** The language for users who chose none. */
  readonly language: LanguageCode;
  /** Do receipts also come as text for users who did not choose? */
  readonly text: boolean;
  readonly now: () => Millis;
}

export interface ComposeQuestionsParts extends ComposeParts {
  /** Is the policy the same for everybody, so that nobody can make an exception? */
  readonly isLocked: boolean;
}

export interface ComposeReceiptsParts extends ComposeParts {
  readonly refusals: Pick<Refusals, 'areWordsRefusedBy'>;
  /** Does that domain's server keep for an absent user what its archive does not keep? */
  readonly keepsForAbsent: (domain: string) => boolean;
}

/**
 * Receipts for one sender: for programs, and as text if the sender wants it and their server lets
 * it in.
 */
export function composeReceipts(parcel: Parcel, parts: ComposeReceiptsParts): Element {
  const { id, to, receipts, more, preferences } = parcel;
  const language = addresseeLanguage(preferences, parts);
  const hasWords = wantsWords(preferences, parts.text) && !parts.refusals.areWordsRefusedBy(to);
  const text = hasWords
    ? { lang: language.lang, body: wordsFor(parcel, language, parts) }
    : undefined;
  const isKept = text !== undefined && isWorthARow(parcel);
  const isArchived = isKept || !parts.keepsForAbsent(domainOf(to));
  return receiptMessage({ id, from: botOf(parts.component), to, receipts, more, text, isArchived });
}

function wordsFor(
  { to, receipts, more, preferences }: Parcel,
  language: Language,
  parts: ComposeParts,
): string {
  const lines = receiptLines({ receipts, more }, language, parts.now());
  return introduced(lines, { user: to, preferences, language }, parts);
}

/** What is told as a number only does not come again. */
function isWorthARow({ receipts, more }: Parcel): boolean {
  return more > 0 || receipts.some(({ unarchived }) => unarchived !== true);
}

/** What one receipt adds to a stanza, in bytes. */
export function weightOfReceipt(
  receipt: Receipt,
  preferences: Preferences,
  parts: ComposeParts,
): number {
  const bare = Buffer.byteLength(wellFormed(receiptElement(receipt)));
  if (!wantsWords(preferences, parts.text)) return bare;
  const language = addresseeLanguage(preferences, parts);
  return bare + weightOf(receiptLines({ receipts: [receipt] }, language, parts.now())) + 1;
}

/** Questions for one recipient, as plain text, which every client can show and answer. */
export function composeQuestions(
  asking: Asking,
  recipient: Preferences,
  parts: ComposeQuestionsParts,
): Element {
  const language = addresseeLanguage(recipient, parts);
  const addressee = {
    user: asking.recipient,
    preferences: recipient,
    language,
    kind: 'question',
  } as const;
  const text = askingText({ ...asking, offersForGood: !parts.isLocked }, language, parts.now());
  return chatMessage({
    id: questionId(asking.questions),
    from: botOf(parts.component),
    to: asking.recipient,
    lang: language.lang,
    body: introduced(text, addressee, parts),
    isStored: true,
  });
}

function addresseeLanguage(preferences: Preferences, { language }: ComposeParts): Language {
  return languageFor(languageTagOf(preferences), LANGUAGE_OF[language]);
}
