import { isOccupant } from '../../message/jid.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { Language } from './language.ts';
import { type Clock, distinctLines, moment } from './moment.ts';

/** Maximum number of lines in one message; the last one says how many more there are. */
export const MAX_LINES = 10;

/** Receipts in words, one line for each; `more` of them are known as a number only. */
export function receiptLines(
  { receipts, more = 0 }: { readonly receipts: readonly Receipt[]; readonly more?: number },
  language: Language,
  now: Clock,
): string {
  const shown = receipts.slice(0, receipts.length > MAX_LINES ? MAX_LINES - 1 : MAX_LINES);
  const lineOf = (receipt: Receipt, clock: Clock) => receiptLine(receipt, language, clock);
  const lines = distinctLines(shown, { now, nameOf: lineOf, lineOf });
  const rest = receipts.length - shown.length + more;
  return [...lines, ...(rest === 0 ? [] : [language.more(rest)])].join('\n');
}

function receiptLine(receipt: Receipt, language: Language, now: Clock): string {
  const { status, messageAt, messageTime = messageAt, key, condition = '' } = receipt;
  const time = moment(messageTime, language, now);
  const { recipient } = key;
  return language.statuses[status]({ time, recipient, isInRoom: isOccupant(recipient), condition });
}
