import type { BareJid } from '../../message/jid.ts';
import type { Heard, Unheard, Why } from '../../receipt/why.ts';
import type { Language } from './language.ts';
import { type Clock, moment } from './moment.ts';
import { receiptLines } from './receipt-text.ts';

/** The sentences that answer "why did I hear nothing?". */
export interface WhyTexts {
  readonly told: (time: string) => string;
  /** The time is not known. */
  readonly toldOnce: string;
  readonly unheard: Readonly<Record<Unheard, string>>;
  readonly presenceNotSeen: (recipients: string) => string;
  readonly nothingMore: string;
  readonly none: string;
}

/** What is known, how it was told or why not, and why it is no more. */
export function whyText(why: Why | undefined, language: Language, now: Clock): string {
  const { why: texts } = language;
  if (why === undefined) return texts.none;
  const { known, heard, noMore } = why;
  const unseen = noMore === 'presence-not-seen' ? [known.key.recipient] : [];
  return [
    receiptLines({ receipts: [known] }, language, now),
    ...(heard === undefined ? [] : [heardText(heard, language, now)]),
    ...unseenLines(unseen, language),
    ...(noMore === 'nothing-more' ? [texts.nothingMore] : []),
  ].join('\n');
}

/** Below a list of messages. */
export function unseenLines(recipients: readonly BareJid[], { why }: Language): readonly string[] {
  return recipients.length === 0 ? [] : [why.presenceNotSeen([...new Set(recipients)].join(', '))];
}

function heardText(heard: Heard, language: Language, now: Clock): string {
  const { why } = language;
  if (heard.kind !== 'told') return why.unheard[heard.kind];
  return heard.made === undefined
    ? why.toldOnce
    : why.told(moment(heard.made * 1000, language, now));
}
