import { COPIED } from '../../src/store/copied-kinds.ts';
import type { CopiedRow, CopyingPort } from '../../src/store/copying-port.ts';
import type { Place } from '../../src/store/record-store.ts';

/** More than a page of messages, so that a copy can be stopped within them. */
export const MESSAGES = 2500;

const AT = 1_780_000_000_000_000;
const MS = AT / 1000;

const PAIR = { sender: 'alice@example.org', recipient: 'bob@example.org' };
const FACTS = JSON.stringify({
  facts: [
    { kind: 'accepted', at: AT },
    { kind: 'kept', at: AT + 1 },
  ],
});

function messageRow(index: number): CopiedRow {
  const id = `m${String(index).padStart(5, '0')}`;
  const isWaiting = index % 2 === 0;
  return {
    ...PAIR,
    id,
    record: index === 7 ? 'damaged' : FACTS,
    position: isWaiting ? AT + index : null,
    wake: isWaiting ? MS + index + 0.5 : null,
    born: MS + index,
  };
}

/** Without one, it is from before they were told apart. */
const AUDIENCES = ['programs', 'people'];

function receiptRow(index: number): CopiedRow {
  const id = `m${String(index).padStart(5, '0')}`;
  const receipt = { key: { ...PAIR, id }, status: 'stored', at: AT, messageAt: AT + index };
  const isTaken = index === 3;
  return {
    ...PAIR,
    id,
    status: 'stored',
    audience: AUDIENCES[index] ?? null,
    receipt: index === 2 ? 'damaged' : JSON.stringify(receipt),
    more: index,
    due: isTaken ? null : MS + index,
    lease: index === 1 ? MS + 60_000 : 0,
    parcel: index === 1 || isTaken ? `parcel-${index}` : null,
    tries: index,
    taken: isTaken ? MS : null,
  };
}

/** Rows of every kind that a store can hold, in the order of their keys. */
export const ROWS: Readonly<Record<string, readonly CopiedRow[]>> = {
  messages: Array.from({ length: MESSAGES }, (_, index) => messageRow(index)),
  aliases: [{ ...PAIR, id: 'm00001', alias: 'other', born: MS }],
  read_up_to: [{ ...PAIR, position: AT, at: AT + 5, time: null }],
  mentions: [
    {
      ...PAIR,
      sent: null,
      stored: AT + 6,
      failed: AT + 7,
      lost: null,
      expired: AT + 5,
      at: AT + 7,
    },
  ],
  outbox: [0, 1, 2, 3].map(receiptRow),
  senders_due: [{ sender: PAIR.sender, due: MS }],
  ticks: [
    { ...PAIR, id: 'm00004', domain: 'example.org', tick: '{}', due: MS, lease: 0, tries: 2 },
  ],
  questions: [{ ...PAIR, number: 3, opened: MS, due: MS + 5, lease: 0 }],
  asked_messages: [
    { ...PAIR, id: 'm00006', number: 3, position: AT, time: AT + 1, shown: 0, born: MS },
    { ...PAIR, id: 'm00008', number: 3, position: AT, time: null, shown: 1, born: MS },
  ],
  question_numbers: [{ recipient: PAIR.recipient, number: 9, at: MS }],
  watches: [
    {
      ...PAIR,
      id: 'm00010',
      server: 'example.org',
      position: AT,
      goal: 'displayed',
      span: 1_800_000_000,
      deadline: AT + 1_800_000_000,
      state: 'told',
      notice: 'watch-1',
      status: 'stored',
      proof: '{}',
      reminder: 'taken',
      reminded: MS + 7,
      lease: MS,
    },
  ],
  preferences: [
    {
      account: PAIR.recipient,
      domain: 'example.org',
      preferences: JSON.stringify({ policy: 'refuse' }),
      number: 4,
      changed: MS,
    },
    {
      account: 'carol@example.org',
      domain: 'example.org',
      preferences: JSON.stringify({ language: 'zh' }),
      number: 0,
      changed: MS + 0.25,
    },
  ],
  forgotten: [{ account: 'gone@example.org', at: AT }],
  contacts: [{ account: PAIR.sender, address: 'receipts@receipts.example.org', born: MS }],
  clock: [{ seen: MS, ahead: -3.5 }],
  gaps: [{ domain: 'example.org', up_to: AT }],
  limits: [{ domain: 'receipts.example.org', bytes: 65_536, at: MS, version: '0.1.0' }],
};

/** Openings that servers may have heard of. */
export const OPENINGS = {
  number: 5,
  epochs: [
    { opening: 3, epoch: 'aaaa', began: 0 },
    { opening: 4, epoch: 'bbbb', began: 4 },
  ],
};

/** Fills an empty store. */
export async function fill(store: CopyingPort): Promise<void> {
  const progress = { source: '', tables: 0, place: undefined };
  await store.begin(OPENINGS, progress);
  for (const kind of COPIED) await store.put(kind, rowsOf(kind.table), progress);
  await store.finish();
}

function rowsOf(table: string): readonly CopiedRow[] {
  const rows = ROWS[table];
  if (rows === undefined) throw new Error(`there are no rows to copy into ${table}`);
  return rows;
}

/** All that it holds, without the numbers that each store gives by itself. */
export async function rowsIn(store: CopyingPort): Promise<Record<string, readonly CopiedRow[]>> {
  const found: Record<string, CopiedRow[]> = {};
  for (const kind of COPIED) {
    const rows: CopiedRow[] = [];
    let place: Place | undefined;
    do {
      const page = await store.page(kind, place, 999);
      rows.push(...page.rows.map((row) => only(row, Object.keys(kind.columns))));
      place = page.end;
    } while (place !== undefined);
    found[kind.table] = rows;
  }
  return found;
}

function only(row: CopiedRow, columns: readonly string[]): CopiedRow {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}
