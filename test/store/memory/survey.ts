import { keyText, type MessageKey } from '../../../src/message/key.ts';
import type { Place } from '../../../src/store/record-store.ts';
import type { SurveyPort } from '../../../src/store/survey-port.ts';
import type { ReceiptRow, Tables } from './database.ts';
import { waitingRows } from './receipts.ts';
import { isWatched } from './upkeep.ts';

export function surveyIn(tables: Tables): SurveyPort {
  return {
    countBefore: (before, after, limit) => {
      const old = tables.messages
        .rows()
        .filter(({ firstSeen, position = 0 }) => Math.max(firstSeen, position / 1000) < before)
        .filter(({ tracked }) => !isWatched(tables, tracked.key, before))
        .map(({ tracked }) => tracked.key);
      const { keys, end } = pageOf(old, after, limit);
      return { messages: keys.length, end };
    },
    waitingReceipts: (sender, limit) =>
      inSenders(waitingRows(tables))
        .filter(({ receipt }) => sender === undefined || receipt.key.sender === sender)
        .slice(0, limit)
        .map(({ receipt: { key, status }, due: next = 0, parcel, tries, more }) => {
          return { key, status, next, isSent: parcel !== undefined, tries, more };
        }),
    messagesOf: (account, after, limit) => {
      const accepted = tables.messages
        .rows()
        .filter(({ position }) => position !== undefined)
        .map(({ tracked }) => tracked.key);
      const sent = accepted.filter(({ sender }) => sender === account);
      const got = accepted.filter(
        ({ sender, recipient }) => recipient === account && sender !== account,
      );
      return pageOf([...inOrder(sent), ...inOrder(got)], after, limit);
    },
  };
}

/** A place is the key of the last message. */
function pageOf(keys: readonly MessageKey[], after: Place | undefined, limit: number) {
  const start = keys.findIndex((key) => keyText(key) === after) + 1;
  const page = keys.slice(start, start + limit);
  const last = page.length < limit ? undefined : page.at(-1);
  return { keys: page, end: last && keyText(last) };
}

function inSenders(rows: readonly ReceiptRow[]): readonly ReceiptRow[] {
  const senderOf = ({ receipt }: ReceiptRow) => receipt.key.sender;
  return rows.toSorted((a, b) =>
    senderOf(a) === senderOf(b)
      ? (a.due ?? 0) - (b.due ?? 0) || a.number - b.number
      : senderOf(a) < senderOf(b)
        ? -1
        : 1,
  );
}

function inOrder(keys: readonly MessageKey[]): readonly MessageKey[] {
  return keys.toSorted((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
}
