import { randomUUID } from 'node:crypto';
import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import { readReceipt, writeReceipt } from '../json-columns.ts';
import type { UnsentReceipt } from '../message-port.ts';
import { type Claim, MAX_PER_PARCEL, MAX_WAITING, type Parcel, type Postponed } from '../store.ts';
import type { Database, Statement } from './database.ts';
import type { PreferenceRows } from './preferences.ts';
import { SendersDue } from './senders-due.ts';
import { prepareAll } from './statements.ts';

/** What has no stanza yet, and what has one that was not taken: each by an index of its own. */
const UNSENT = 'sender = $sender AND due IS NOT NULL AND parcel IS NULL';
const LENT = 'sender = $sender AND due IS NOT NULL AND parcel IS NOT NULL';

const STATEMENTS = {
  insert:
    'INSERT INTO outbox (sender, recipient, id, status, receipt, due) VALUES (?, ?, ?, ?, ?, ?)',
  // A receipt that others are counted with is as good as sent.
  selectUnsent: `
    SELECT number, status, json_extract(receipt, '$.messageAt') AS at FROM outbox
    WHERE sender = ? AND recipient = ? AND id = ? AND due IS NOT NULL AND parcel IS NULL AND more = 0`,
  withdraw: 'DELETE FROM outbox WHERE number = ? RETURNING sender',
  selectIsFull: `
    SELECT 1 FROM (SELECT 1 FROM outbox WHERE ${UNSENT} UNION ALL SELECT 1 FROM outbox WHERE ${LENT})
    LIMIT 1 OFFSET ${MAX_WAITING - 1}`,
  count: `
    UPDATE outbox SET more = more + $more
    WHERE number = (SELECT number FROM outbox WHERE ${UNSENT} ORDER BY due DESC, number DESC LIMIT 1)`,
  // Receipts that wait for others to travel with go as soon as one of them does.
  selectNext: `
    SELECT number, sender, parcel, receipt, more, tries, due FROM outbox
    WHERE ${UNSENT} ORDER BY due, number LIMIT $limit`,
  selectAgain: `
    SELECT parcel FROM outbox INDEXED BY outbox_lent WHERE ${LENT} AND due <= $now
    GROUP BY parcel ORDER BY min(due), min(number)`,
  selectParcel: `
    SELECT number, sender, parcel, receipt, more, tries, due FROM outbox
    WHERE parcel = ? ORDER BY number`,
  // It is due again when the lease is over.
  lend: 'UPDATE outbox SET parcel = $parcel, lease = $until, due = $until WHERE number = $number',
  // An error may come back before the answer to the ping: what was postponed is not taken (lease 0).
  settle: 'UPDATE outbox SET due = NULL, taken = ? WHERE parcel = ? AND lease > 0 RETURNING sender',
  postpone:
    'UPDATE outbox SET due = ?, taken = NULL, lease = 0, tries = tries + 1 WHERE parcel = ?',
  remove: 'DELETE FROM outbox WHERE parcel = ?',
  forgetSender: removeOf('sender'),
  forgetRecipient: removeOf('recipient'),
} as const;

function removeOf(column: 'sender' | 'recipient'): string {
  return `
    DELETE FROM outbox WHERE number IN (
      SELECT number FROM outbox
      WHERE ${column} = $account AND json_extract(receipt, '$.messageAt') <= $at LIMIT $room)
    RETURNING sender, more`;
}

interface Row {
  readonly number: number;
  readonly sender: BareJid;
  readonly parcel: string | null;
  readonly receipt: string;
  readonly more: number;
  readonly tries: number;
  readonly due: Millis | null;
}

/** Receipts that are to be sent, and those sent lately. */
export class ReceiptRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;
  readonly #preferences: PreferenceRows;
  readonly #senders: SendersDue;

  constructor(database: Database, preferences: PreferenceRows) {
    this.#statements = prepareAll(database, STATEMENTS);
    this.#preferences = preferences;
    this.#senders = new SendersDue(database);
  }

  /** Where too many wait for the sender it is counted with the last of them. */
  add(receipt: Receipt, due: Millis): void {
    const { sender, recipient, id } = receipt.key;
    const isFirst = this.#senders.add(sender, due);
    if (!isFirst && this.#isFull(sender) && this.#count(sender, 1)) return;
    this.#statements.insert.run(sender, recipient, id, receipt.status, writeReceipt(receipt), due);
  }

  /** The receipts that have not been given a stanza yet. */
  unsent({ sender, recipient, id }: MessageKey): readonly UnsentReceipt[] {
    return this.#statements.selectUnsent.all(sender, recipient, id) as UnsentReceipt[];
  }

  withdraw({ number }: UnsentReceipt): void {
    const row = this.#statements.withdraw.get(number) as { sender: BareJid } | undefined;
    if (row !== undefined) this.#senders.refresh(row.sender);
  }

  claim(claim: Claim): readonly Parcel[] {
    const { now, except, maxParcels, maxReceipts } = claim;
    const lent: Parcel[] = [];
    const senders = this.#senders.first(now, { except, limit: maxParcels });
    for (const sender of senders) {
      const room = { parcels: maxParcels - lent.length, receipts: maxReceipts - countIn(lent) };
      lent.push(...this.#claimFor(sender, claim, room));
    }
    return lent;
  }

  settle(parcelIds: readonly string[], now: Millis): void {
    for (const id of parcelIds) {
      const [row] = this.#statements.settle.all(now, id) as Row[];
      if (row !== undefined) this.#senders.refresh(row.sender);
    }
  }

  postpone(
    { id, to }: { readonly id: string; readonly to: BareJid },
    untilOf: (tries: number) => Millis | undefined,
  ): Postponed {
    const rows = this.#statements.selectParcel.all(id) as Row[];
    const [row] = rows;
    if (row === undefined || row.sender !== to) return 'unknown';
    const isFull = this.#isFull(to);
    const until = isFull ? undefined : untilOf(row.tries);
    if (until === undefined) this.#statements.remove.run(id);
    else this.#statements.postpone.run(until, id);
    if (isFull) this.#count(to, rows.length + moreIn(rows));
    this.#senders.refresh(to);
    return until === undefined ? 'given-up' : 'postponed';
  }

  /** What an account sent or got, up to that stamp. Answers how many went. */
  forget(account: BareJid, at: Stamp, room: number): number {
    const { forgetSender, forgetRecipient } = this.#statements;
    const own = forgetSender.all({ account, at, room }) as Row[];
    const left = room - own.length;
    const gone = [...own, ...(forgetRecipient.all({ account, at, room: left }) as Row[])];
    for (const { sender, more } of gone) if (more > 0) this.#count(sender, more);
    for (const sender of new Set(gone.map((row) => row.sender))) this.#senders.refresh(sender);
    return gone.length;
  }

  #isFull(sender: BareJid): boolean {
    return this.#statements.selectIsFull.get({ sender }) !== undefined;
  }

  /** Receipts that are not kept are counted with the last that waits; `false`: none does. */
  #count(sender: BareJid, more: number): boolean {
    return this.#statements.count.run({ sender, more }).changes > 0;
  }

  /** What was sent before goes as it was, then what is new. */
  #claimFor(
    sender: BareJid,
    { now, leaseUntil }: Claim,
    room: { readonly parcels: number; readonly receipts: number },
  ): readonly Parcel[] {
    const lent: Parcel[] = [];
    const left = () => (lent.length < room.parcels ? room.receipts - countIn(lent) : 0);
    const again = this.#statements.selectAgain.all({ sender, now }) as { parcel: string }[];
    for (const { parcel } of again)
      if (left() > 0)
        lent.push(this.#lend(this.#statements.selectParcel.all(parcel) as Row[], leaseUntil));
    const unsent = this.#unsentFor(sender, now, left());
    if (unsent.length > 0) lent.push(this.#lend(unsent, leaseUntil));
    this.#senders.refresh(sender);
    return lent;
  }

  #unsentFor(sender: BareJid, now: Millis, room: number): readonly Row[] {
    const rows = this.#statements.selectNext.all({ sender, limit: MAX_PER_PARCEL }) as Row[];
    const due = rows.filter((row) => (row.due ?? now) <= now);
    if (room <= 0 || due.length === 0) return [];
    return due.length > room ? due.slice(0, room) : rows;
  }

  #lend(rows: readonly Row[], until: Millis): Parcel {
    const [{ sender, tries, parcel: known }] = rows as [Row, ...Row[]];
    const parcel = known ?? `r-${randomUUID()}`;
    for (const { number } of rows) this.#statements.lend.run({ parcel, until, number });
    const receipts = rows.map(({ receipt }) => readReceipt(receipt));
    const preferences = this.#preferences.get(sender);
    return { id: parcel, to: sender, tries, receipts, more: moreIn(rows), preferences };
  }
}

function countIn(parcels: readonly Parcel[]): number {
  return parcels.reduce((sum, { receipts }) => sum + receipts.length, 0);
}

function moreIn(rows: readonly Row[]): number {
  return rows.reduce((sum, { more }) => sum + more, 0);
}
