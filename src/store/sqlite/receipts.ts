import { randomUUID } from 'node:crypto';
import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Status } from '../../message/status.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Told } from '../../receipt/judge.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import { readReceipt, writeReceipt } from '../json-columns.ts';
import { type Claim, MAX_PER_PARCEL, MAX_WAITING, type Parcel, type Postponed } from '../store.ts';
import type { Database, Statement } from './database.ts';
import type { PreferenceRows } from './preferences.ts';
import { SendersDue } from './senders-due.ts';
import { prepareAll } from './statements.ts';

/** What has no stanza yet, and what has one that was not taken: each by an index of its own. */
const UNSENT = 'sender = ? AND due IS NOT NULL AND parcel IS NULL';
const LENT = 'sender = ? AND due IS NOT NULL AND parcel IS NOT NULL';

const STATEMENTS = {
  insert:
    'INSERT INTO outbox (sender, recipient, id, status, receipt, due) VALUES (?, ?, ?, ?, ?, ?)',
  // A receipt that others are counted with is as good as sent.
  selectUnsent: `
    SELECT status, json_extract(receipt, '$.messageAt') AS at FROM outbox
    WHERE sender = ? AND recipient = ? AND id = ? AND due IS NOT NULL AND parcel IS NULL AND more = 0`,
  withdraw: `
    DELETE FROM outbox
    WHERE sender = ? AND recipient = ? AND id = ? AND status = ? AND due IS NOT NULL AND parcel IS NULL
    AND more = 0 AND json_extract(receipt, '$.messageAt') >= ?`,
  selectIsFull: `
    SELECT 1 FROM (SELECT 1 FROM outbox WHERE ${UNSENT} UNION ALL SELECT 1 FROM outbox WHERE ${LENT})
    LIMIT 1 OFFSET ${MAX_WAITING - 1}`,
  count: `
    UPDATE outbox SET more = more + ?
    WHERE number = (SELECT number FROM outbox WHERE ${UNSENT} ORDER BY due DESC, number DESC LIMIT 1)`,
  // Receipts that wait for others to travel with go as soon as one of them does.
  selectNext: `
    SELECT number, sender, parcel, receipt, more, tries, due FROM outbox
    WHERE ${UNSENT} ORDER BY due, number LIMIT ?`,
  selectAgain: `
    SELECT parcel FROM outbox INDEXED BY outbox_lent WHERE ${LENT} AND due <= ?
    GROUP BY parcel ORDER BY min(due), min(number)`,
  selectParcel: `
    SELECT number, sender, parcel, receipt, more, tries, due FROM outbox
    WHERE parcel = ? ORDER BY number`,
  // It is due again when the lease is over.
  lend: 'UPDATE outbox SET parcel = ?, lease = ?, due = ? WHERE number = ?',
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
  unsent({ sender, recipient, id }: MessageKey): readonly Told[] {
    return this.#statements.selectUnsent.all(sender, recipient, id) as Told[];
  }

  /** Takes receipts back, but for those of older messages with the same key. */
  withdraw(
    { sender, recipient, id }: MessageKey,
    { statuses, since }: { statuses: readonly Status[]; since: Stamp },
  ): void {
    const { withdraw } = this.#statements;
    const removed = statuses.map((status) => withdraw.run(sender, recipient, id, status, since));
    if (removed.some(({ changes }) => changes > 0)) this.#senders.refresh(sender);
  }

  claim(claim: Claim): readonly Parcel[] {
    const lent: Parcel[] = [];
    let isFound = true;
    // Whoever has nothing due after all is put right, and then others come to the front.
    for (let except = claim.except; isFound; except = [...except, ...lent.map(({ to }) => to)])
      isFound = this.#claimFromFirst({ ...claim, except }, lent);
    return lent;
  }

  settle(parcelId: string, now: Millis): void {
    const [row] = this.#statements.settle.all(now, parcelId) as Row[];
    if (row !== undefined) this.#senders.refresh(row.sender);
  }

  postpone(parcelId: string, untilOf: (tries: number) => Millis | undefined): Postponed {
    const rows = this.#statements.selectParcel.all(parcelId) as Row[];
    const [row] = rows;
    if (row === undefined) return 'unknown';
    const isFull = this.#isFull(row.sender);
    const until = isFull ? undefined : untilOf(row.tries);
    if (until === undefined) this.#statements.remove.run(parcelId);
    else this.#statements.postpone.run(until, parcelId);
    if (isFull) this.#count(row.sender, rows.length + moreIn(rows));
    this.#senders.refresh(row.sender);
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
    return this.#statements.selectIsFull.get(sender, sender) !== undefined;
  }

  /** Receipts that are not kept are counted with the last that waits; `false`: none does. */
  #count(sender: BareJid, more: number): boolean {
    return this.#statements.count.run(more, sender).changes > 0;
  }

  /** Adds what is due to those who wait longest; answers whether others may have to be looked at. */
  #claimFromFirst(claim: Claim, lent: Parcel[]): boolean {
    const { now, except, maxParcels, maxReceipts } = claim;
    const parcels = () => maxParcels - lent.length;
    const receipts = () => maxReceipts - countIn(lent);
    if (parcels() <= 0 || receipts() <= 0) return false;
    let isWrong = false;
    for (const sender of this.#senders.first(now, { except, limit: parcels() })) {
      if (parcels() <= 0 || receipts() <= 0) break;
      const found = this.#claimFor(sender, claim, { parcels: parcels(), receipts: receipts() });
      if (found.length === 0) this.#senders.refresh(sender);
      isWrong ||= found.length === 0;
      lent.push(...found);
    }
    return isWrong;
  }

  /** What was sent before goes as it was, then what is new. */
  #claimFor(
    sender: BareJid,
    { now, leaseUntil }: Claim,
    room: { readonly parcels: number; readonly receipts: number },
  ): readonly Parcel[] {
    const lent: Parcel[] = [];
    const left = () => (lent.length < room.parcels ? room.receipts - countIn(lent) : 0);
    const again = this.#statements.selectAgain.all(sender, now) as { parcel: string }[];
    for (const { parcel } of again)
      if (left() > 0)
        lent.push(this.#lend(this.#statements.selectParcel.all(parcel) as Row[], leaseUntil));
    const unsent = this.#unsentFor(sender, now, left());
    if (unsent.length > 0) lent.push(this.#lend(unsent, leaseUntil));
    return lent;
  }

  #unsentFor(sender: BareJid, now: Millis, room: number): readonly Row[] {
    const rows = this.#statements.selectNext.all(sender, MAX_PER_PARCEL) as Row[];
    const due = rows.filter((row) => (row.due ?? now) <= now);
    if (room <= 0 || due.length === 0) return [];
    return due.length > room ? due.slice(0, room) : rows;
  }

  #lend(rows: readonly Row[], until: Millis): Parcel {
    const [{ sender, tries, parcel: known }] = rows as [Row, ...Row[]];
    const parcel = known ?? `r-${randomUUID()}`;
    for (const { number } of rows) this.#statements.lend.run(parcel, until, until, number);
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
