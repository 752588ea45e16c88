import type { Millis } from '../message/time.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Language } from './language.ts';
import { type Clock, moment, toldApart } from './moment.ts';

/** Lines that a person reads at a glance; what is more is counted. */
const MAX_LINES = 10;

/** Receipts in words: one line each. */
export function describe(receipts: readonly Receipt[], language: Language, now: Millis): string {
  const shown = receipts.slice(0, receipts.length > MAX_LINES ? MAX_LINES - 1 : MAX_LINES);
  const lineOf = (receipt: Receipt, clock: Clock) => describeOne(receipt, language, clock);
  const lines = toldApart(shown, { now, nameOf: lineOf, lineOf });
  const rest = receipts.length - shown.length;
  return [...lines, ...(rest === 0 ? [] : [language.more(rest)])].join('\n');
}

/** One receipt in words, in one line. */
export function describeOne(receipt: Receipt, language: Language, now: Clock): string {
  const { status, messageAt, key, condition = '' } = receipt;
  const time = moment(messageAt, language, now);
  return language.statuses[status]({ time, recipient: key.recipient, condition });
}
