import type { BareJid } from '../../../src/message/jid.ts';
import { keyText, type MessageKey } from '../../../src/message/key.ts';
import type { Millis } from '../../../src/message/time.ts';
import { NO_PREFERENCES } from '../../../src/receipt/preferences.ts';
import type { Receipt } from '../../../src/receipt/receipt.ts';
import type { NewReceipt } from '../../../src/store/adapter.ts';
import type { UnsentReceipt } from '../../../src/store/message-port.ts';
import type {
  KnownParcel,
  ReceiptPort,
  Waiting,
  WaitingReceipt,
} from '../../../src/store/receipt-port.ts';
import { MAX_PER_PARCEL, MAX_WAITING } from '../../../src/store/receipt-store.ts';
import type { ReceiptRow, Tables } from './database.ts';

export function receiptsIn(tables: Tables): ReceiptPort {
  const { receipts } = tables;
  return {
    waiting: ({ now, except, maxParcels }) => {
      const due = inOrder(waitingRows(tables)).filter((row) => dueOf(row) <= now);
      const senders = [...new Set(due.map(({ receipt }) => receipt.key.sender))];
      return senders
        .filter((sender) => !except.includes(sender))
        .slice(0, maxParcels)
        .map((sender) => waitingFor(tables, sender, now));
    },
    lend: (lent) => {
      for (const { id, numbers, until } of lent)
        receipts.change(numbers.map(String), (row) => ({
          ...row,
          parcel: id,
          isLent: true,
          due: until,
        }));
    },
    settle: (ids, now) => {
      for (const id of ids)
        changeParcel(tables, id, (row) =>
          row.isLent ? { ...row, due: undefined, taken: now } : row,
        );
    },
    takeApart: (id) =>
      changeParcel(tables, id, (row) =>
        row.due === undefined ? row : { ...row, parcel: undefined, isLent: false, due: 0 },
      ),
    parcel: (id) => {
      const [row] = rowsOf(tables, id);
      if (row === undefined) return undefined;
      const { sender } = row.receipt.key;
      const full = { isFull: isFull(tables, sender), hasUnsent: hasUnsent(tables, row.receipt) };
      return { to: sender, tries: row.tries, ...full };
    },
    postpone: (id, due) =>
      changeParcel(tables, id, (row) => ({
        ...row,
        due,
        taken: undefined,
        isLent: false,
        tries: row.tries + 1,
      })),
    giveUp: (id, isCounted) => {
      const gone = receipts.remove(({ parcel }) => parcel === id);
      const [row] = gone;
      if (row !== undefined && isCounted) count(tables, row.receipt, gone.length + moreIn(gone));
    },
  };
}

/** Receipts that were not lent, and that no others are counted with. */
export function unsentOf(tables: Tables, key: MessageKey): readonly UnsentReceipt[] {
  return waitingRows(tables)
    .filter(({ receipt, parcel, more }) => {
      return keyText(receipt.key) === keyText(key) && parcel === undefined && more === 0;
    })
    .map(({ number, receipt }) => ({
      number,
      status: receipt.status,
      audience: receipt.audience,
      at: receipt.messageAt,
    }));
}

/** Where too many wait for the sender they are counted with the last of them. */
export function addReceipts(tables: Tables, made: readonly NewReceipt[]): void {
  const rows = waitingRows(tables);
  for (const sender of new Set(made.map(({ receipt }) => receipt.key.sender))) {
    const waiting = rows.filter(({ receipt }) => receipt.key.sender === sender).length;
    const ofSender = made.filter(({ receipt }) => receipt.key.sender === sender);
    const kept = ofSender.slice(0, Math.max(0, MAX_WAITING - waiting));
    for (const { receipt, due } of kept) addReceipt(tables, receipt, due);
    for (const { receipt, due } of ofSender.slice(kept.length))
      if (!count(tables, receipt, 1)) addReceipt(tables, receipt, due);
  }
}

function addReceipt(tables: Tables, receipt: Receipt, due: Millis): void {
  const number = tables.next('receipt');
  const row = { number, receipt, due, isLent: false, more: 0, tries: 0 };
  tables.receipts.set(String(number), row);
}

/** What others are counted with goes, but not the count. */
export function removeReceipts(tables: Tables, isGoing: (row: ReceiptRow) => boolean): number {
  const gone = tables.receipts.remove(isGoing);
  for (const { receipt, more } of gone) if (more > 0) count(tables, receipt, more);
  return gone.length;
}

export function waitingRows({ receipts }: Tables): readonly ReceiptRow[] {
  return receipts.rows().filter(({ due }) => due !== undefined);
}

function waitingFor(tables: Tables, sender: BareJid, now: number): Waiting {
  const rows = inOrder(waitingRows(tables)).filter(({ receipt }) => receipt.key.sender === sender);
  const lent = rows.filter((row) => row.parcel !== undefined && dueOf(row) <= now);
  const unsent = rows.filter(({ parcel }) => parcel === undefined);
  return {
    sender,
    preferences: tables.preferences.get(sender)?.preferences ?? NO_PREFERENCES,
    again: [...new Set(lent.map(({ parcel }) => parcel as string))].map((id) =>
      knownParcel(tables, id),
    ),
    unsent: unsent.slice(0, MAX_PER_PARCEL).map(waitingOf),
  };
}

function knownParcel(tables: Tables, id: string): KnownParcel {
  const rows = rowsOf(tables, id);
  const receipts = rows.map(waitingOf);
  return { id, tries: rows[0]?.tries ?? 0, receipts };
}

function waitingOf(row: ReceiptRow): WaitingReceipt {
  return { ...row, audience: row.receipt.audience, due: dueOf(row) };
}

function rowsOf({ receipts }: Tables, id: string): readonly ReceiptRow[] {
  return receipts
    .rows()
    .filter(({ parcel }) => parcel === id)
    .toSorted((a, b) => a.number - b.number);
}

function changeParcel(tables: Tables, id: string, change: (row: ReceiptRow) => ReceiptRow): void {
  const numbers = rowsOf(tables, id).map(({ number }) => String(number));
  tables.receipts.change(numbers, change);
}

function isFull(tables: Tables, sender: BareJid): boolean {
  const waiting = waitingRows(tables).filter(({ receipt }) => receipt.key.sender === sender);
  return waiting.length >= MAX_WAITING;
}

function hasUnsent(tables: Tables, like: Receipt): boolean {
  return waitingRows(tables).some(
    ({ receipt, parcel }) => isAlike(receipt, like) && parcel === undefined,
  );
}

/** `false`: nothing waits that they can be counted with. */
function count(tables: Tables, like: Receipt, more: number): boolean {
  const last = inOrder(waitingRows(tables)).findLast(
    ({ receipt, parcel }) => isAlike(receipt, like) && parcel === undefined,
  );
  if (last === undefined) return false;
  tables.receipts.set(String(last.number), { ...last, more: last.more + more });
  return true;
}

/** Words are counted with words. */
function isAlike(one: Receipt, other: Receipt): boolean {
  const isWords = ({ audience }: Receipt) => audience === 'people';
  return one.key.sender === other.key.sender && isWords(one) === isWords(other);
}

function inOrder(rows: readonly ReceiptRow[]): readonly ReceiptRow[] {
  return rows.toSorted((a, b) => dueOf(a) - dueOf(b) || a.number - b.number);
}

function dueOf({ due = 0 }: ReceiptRow): number {
  return due;
}

function moreIn(rows: readonly ReceiptRow[]): number {
  return rows.reduce((sum, { more }) => sum + more, 0);
}
