import { randomUUID } from 'node:crypto';
import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Status } from '../../message/status.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { Told } from '../../receipt/tracked.ts';
import { readReceipt, writeReceipt } from '../json-columns.ts';
import { type Claim, MAX_PER_PARCEL, type Parcel, type Postponed } from '../store.ts';
import type { Database, Statement } from './database.ts';
import type { PreferenceRows } from './preferences.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  insert:
    'INSERT INTO outbox (sender, recipient, id, status, receipt, due) VALUES (?, ?, ?, ?, ?, ?)',
  selectUnsent: `
    SELECT status, json_extract(receipt, '$.messageAt') AS at FROM outbox
    WHERE sender = ? AND recipient = ? AND id = ? AND due IS NOT NULL AND parcel IS NULL`,
  withdraw: `
    DELETE FROM outbox
    WHERE sender = ? AND recipient = ? AND id = ? AND status = ? AND due IS NOT NULL AND parcel IS NULL
    AND json_extract(receipt, '$.messageAt') >= ?`,
  selectDue: `
    SELECT number, sender, parcel, receipt, tries FROM outbox
    WHERE due <= ? AND lease <= ? AND sender NOT IN (SELECT value FROM json_each(?))
    ORDER BY due, number LIMIT ?`,
  // Receipts that wait for others to travel with go as soon as one of them does.
  selectCompanions: `
    SELECT number, sender, parcel, receipt, tries FROM outbox
    WHERE due > ? AND parcel IS NULL AND sender = ? ORDER BY due, number LIMIT ?`,
  selectParcel:
    'SELECT number, sender, parcel, receipt, tries FROM outbox WHERE parcel = ? ORDER BY number',
  lend: 'UPDATE outbox SET parcel = ?, lease = ? WHERE number = ?',
  // An error may come back before the answer to the ping: what was postponed is not taken (lease 0).
  settle: 'UPDATE outbox SET due = NULL, taken = ? WHERE parcel = ? AND lease > 0',
  postpone:
    'UPDATE outbox SET due = ?, taken = NULL, lease = 0, tries = tries + 1 WHERE parcel = ?',
  remove: 'DELETE FROM outbox WHERE parcel = ?',
} as const;

interface Row {
  readonly number: number;
  readonly sender: BareJid;
  readonly parcel: string | null;
  readonly receipt: string;
  readonly tries: number;
}

/** Receipts that are to be sent, and those sent lately. */
export class ReceiptRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;
  readonly #preferences: PreferenceRows;

  constructor(database: Database, preferences: PreferenceRows) {
    this.#statements = prepareAll(database, STATEMENTS);
    this.#preferences = preferences;
  }

  add(receipt: Receipt, due: Millis): void {
    const { sender, recipient, id } = receipt.key;
    this.#statements.insert.run(sender, recipient, id, receipt.status, writeReceipt(receipt), due);
  }

  /** The receipts that have not been given a stanza yet. */
  unsent({ sender, recipient, id }: MessageKey): readonly Told[] {
    return this.#statements.selectUnsent.all(sender, recipient, id) as Told[];
  }

  /** Takes receipts back, but for those of older messages with the same key. */
  withdraw(
    { sender, recipient, id }: MessageKey,
    { statuses, since }: { statuses: readonly Status[]; since: Stamp },
  ): void {
    for (const status of statuses)
      this.#statements.withdraw.run(sender, recipient, id, status, since);
  }

  claim({ now, leaseUntil, maxParcels, maxReceipts, except }: Claim): readonly Parcel[] {
    const due = this.#statements.selectDue.all(
      now,
      now,
      JSON.stringify(except),
      maxReceipts,
    ) as Row[];
    const groups = groupBy(due, ({ sender, parcel }) => parcel ?? sender).slice(0, maxParcels);
    return groups.map((rows) => this.#lend(this.#withCompanions(rows, now), leaseUntil));
  }

  settle(parcelId: string, now: Millis): void {
    this.#statements.settle.run(now, parcelId);
  }

  postpone(
    { id, to }: { readonly id: string; readonly to: BareJid },
    untilOf: (tries: number) => Millis | undefined,
  ): Postponed {
    const row = this.#statements.selectParcel.get(id) as Row | undefined;
    if (row === undefined || row.sender !== to) return 'unknown';
    const until = untilOf(row.tries);
    if (until === undefined) this.#statements.remove.run(id);
    else this.#statements.postpone.run(until, id);
    return until === undefined ? 'given-up' : 'postponed';
  }

  #withCompanions(rows: readonly Row[], now: Millis): readonly Row[] {
    const room = MAX_PER_PARCEL - rows.length;
    const first = rows[0];
    if (first === undefined || first.parcel !== null || room <= 0)
      return rows.slice(0, MAX_PER_PARCEL);
    return [...rows, ...(this.#statements.selectCompanions.all(now, first.sender, room) as Row[])];
  }

  /** A parcel that was sent before is sent as it was, whole. */
  #lend(rows: readonly Row[], leaseUntil: Millis): Parcel {
    const known = rows[0]?.parcel ?? undefined;
    const id = known ?? `r-${randomUUID()}`;
    const whole = known === undefined ? rows : (this.#statements.selectParcel.all(known) as Row[]);
    for (const { number } of whole) this.#statements.lend.run(id, leaseUntil, number);
    return this.#parcelOf(id, whole as [Row, ...Row[]]);
  }

  #parcelOf(id: string, rows: readonly [Row, ...Row[]]): Parcel {
    const [{ sender, tries }] = rows;
    const receipts = rows.map(({ receipt }) => readReceipt(receipt));
    return { id, to: sender, tries, receipts, preferences: this.#preferences.get(sender) };
  }
}

/** COMPAT node 20: `Map.groupBy` came with 21. */
function groupBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group === undefined) groups.set(nameOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
