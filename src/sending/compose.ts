import { wellFormed } from '../link/well-formed.ts';
import { botOf, domainOf } from '../message/jid.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import { questionId } from '../protocol/question-id.ts';
import { receiptElement, receiptMessage } from '../protocol/receipt-message.ts';
import { weightOf } from '../protocol/weight.ts';
import type { Element } from '../protocol/xml.ts';
import { isFor } from '../receipt/audience.ts';
import { languageTagOf, type Preferences, wantsWords } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Asking } from '../store/question-store.ts';
import type { Parcel } from '../store/receipt-store.ts';
import type { LanguageCode } from '../user/commands/command.ts';
import { askingKind, type Introducing, introduced } from '../user/text/introduction.ts';
import type { Language } from '../user/text/language.ts';
import { LANGUAGE_OF, languageFor } from '../user/text/languages.ts';
import { askingText } from '../user/text/question-text.ts';
import { readersClock, type TellingTimes } from '../user/text/readers-clock.ts';
import { toldInWords } from '../user/text/told-text.ts';
import type { Refusals } from './refusals.ts';

export interface ComposeParts extends Introducing, TellingTimes {
  /** Our own domain. Its bot is the sender of what we write. */
  readonly component: string;
  /** The language for users who chose none. */
  readonly language: LanguageCode;
}

/** For questions and reminders. */
export interface ComposeAskingParts extends ComposeParts {
  /** Is the policy the same for everybody, so that nobody can make an exception? */
  readonly isLocked: boolean;
}

export interface ComposeReceiptsParts extends ComposeParts {
  readonly rules: Pick<Rules, 'words'>;
  readonly refusals: Pick<Refusals, 'areWordsRefusedBy'>;
  /** Does that domain's server keep for an absent user what its archive does not keep? */
  readonly keepsForAbsent: (domain: string) => boolean;
}

/** What is told of one sender's messages: for programs, or in words. Older daemons made both. */
export function composeReceipts(parcel: Parcel, parts: ComposeReceiptsParts): Element {
  const { id, to, receipts, more, preferences } = parcel;
  const language = addresseeLanguage(preferences, parts);
  const text = hasWords(parcel, parts)
    ? { lang: language.lang, body: wordsFor(parcel, language, parts) }
    : undefined;
  const isKept = text !== undefined && isWorthARow(parcel);
  const isArchived = isKept || !parts.keepsForAbsent(domainOf(to));
  const elements = isFor(parcel, 'programs') ? { receipts, more } : { receipts: [] };
  return receiptMessage({ id, from: botOf(parts.component), to, ...elements, text, isArchived });
}

/** Words that nobody wants any more, or that the server does not let in, are not sent. */
export function isWanted(parcel: Parcel, parts: ComposeReceiptsParts): boolean {
  return isFor(parcel, 'programs') || hasWords(parcel, parts);
}

function hasWords(parcel: Parcel, { rules, refusals }: ComposeReceiptsParts): boolean {
  return (
    isFor(parcel, 'people') &&
    wantsWords(parcel.preferences, rules.words.byDefault) &&
    !refusals.areWordsRefusedBy(parcel.to)
  );
}

function wordsFor(
  { to, receipts, more, preferences }: Parcel,
  language: Language,
  parts: ComposeParts,
): string {
  const lines = toldInWords({ receipts, more }, language, readersClock(to, preferences, parts));
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
  const bare = isFor(receipt, 'programs')
    ? Buffer.byteLength(wellFormed(receiptElement(receipt)))
    : 0;
  if (!isFor(receipt, 'people')) return bare;
  const language = addresseeLanguage(preferences, parts);
  const clock = readersClock(receipt.key.sender, preferences, parts);
  return bare + weightOf(toldInWords({ receipts: [receipt] }, language, clock)) + 1;
}

/** Questions for one recipient, as plain text, which every client can show and answer. */
export function composeQuestions(
  asking: Asking,
  recipient: Preferences,
  parts: ComposeAskingParts,
): Element {
  const language = addresseeLanguage(recipient, parts);
  const addressee = {
    user: asking.recipient,
    preferences: recipient,
    language,
    kind: askingKind(parts),
  };
  const clock = readersClock(asking.recipient, recipient, parts);
  const text = askingText({ ...asking, offersForGood: !parts.isLocked }, language, clock);
  return chatMessage({
    id: questionId(asking.questions),
    from: botOf(parts.component),
    to: asking.recipient,
    lang: language.lang,
    body: introduced(text, addressee, parts),
    isStored: true,
  });
}

export function addresseeLanguage(
  preferences: Preferences,
  { language }: Pick<ComposeParts, 'language'>,
): Language {
  return languageFor(languageTagOf(preferences), LANGUAGE_OF[language]);
}
