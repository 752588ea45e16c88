import type { Receipt } from '../receipt/receipt.ts';
import type { Language } from './language.ts';

/** Lines that a person reads at a glance; what is more is counted. */
const MAX_LINES = 10;

/** Receipts in words: one line each, with the server's local time. */
export function describe(receipts: readonly Receipt[], language: Language): string {
  const shown = receipts.slice(0, receipts.length > MAX_LINES ? MAX_LINES - 1 : MAX_LINES);
  const lines = shown.map((receipt) => line(receipt, language));
  const rest = receipts.length - shown.length;
  return [...lines, ...(rest === 0 ? [] : [language.more(rest)])].join('\n');
}

function line(
  { status, messageAt, key, condition = '' }: Receipt,
  { lang, statuses }: Language,
): string {
  const time = new Intl.DateTimeFormat(lang, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return statuses[status]({
    time: time.format(new Date(messageAt / 1000)),
    recipient: key.recipient,
    condition,
  });
}
