import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { NewReceipt } from '../adapter.ts';
import { writeReceipt } from '../json-columns.ts';
import type { UnsentReceipt } from '../message-port.ts';
import type { KnownParcel, Lent, SentParcel, Waiting } from '../receipt-port.ts';
import { type Claim, MAX_PER_PARCEL } from '../receipt-store.ts';
import { countDue, countIn, type ReceiptColumns, waitingReceipt } from '../waiting-receipts.ts';
import type { Database, Statement } from './database.ts';
import { OtherConnections } from './other-connections.ts';
import { RECEIPT_STATEMENTS } from './receipt-statements.ts';
import { type SenderDue, SendersDue } from './senders-due.ts';
import { prepareAll } from './statements.ts';
import { WaitingRoom } from './waiting-room.ts';

interface Row extends ReceiptColumns {
  readonly parcel: string | null;
  readonly tries: number;
}

/** Who is told a number, and in which kind of stanza. */
type Counted = Pick<Row, 'audience'> & { readonly sender: BareJid };

type UnsentRow = Omit<UnsentReceipt, 'audience'> & Pick<Row, 'audience'>;

/** Receipts that are to be sent, and those sent lately. */
export class ReceiptRows {
  readonly #statements: Readonly<Record<keyof typeof RECEIPT_STATEMENTS, Statement>>;
  readonly #senders: SendersDue;
  readonly #room: WaitingRoom;
  readonly #others: OtherConnections;

  constructor(database: Database) {
    this.#statements = prepareAll(database, RECEIPT_STATEMENTS);
    this.#senders = new SendersDue(database);
    this.#room = new WaitingRoom(database);
    this.#others = new OtherConnections(database);
  }

  /** A transaction was undone, or another process has written. */
  forgetRemembered(): void {
    this.#senders.forgetRemembered();
    this.#room.forgetRemembered();
  }

  /** `numbers`: of the messages that were saved with them, as far as they are known. */
  addAll(made: readonly NewReceipt[], numbers: ReadonlyMap<MessageKey, number>): void {
    if (made.length === 0) return;
    if (this.#others.haveWritten()) this.forgetRemembered();
    for (const { receipt, due } of made) this.#add(receipt, due, numbers.get(receipt.key));
  }

  /** The receipts of a message that have not been given a stanza yet. */
  unsent(message: number): readonly UnsentReceipt[] {
    const rows = this.#statements.selectUnsent.all(message) as UnsentRow[];
    return rows.map((row) => ({ ...row, audience: row.audience ?? undefined }));
  }

  withdraw({ number }: UnsentReceipt): void {
    const row = this.#statements.withdraw.get(number) as { sender: BareJid } | undefined;
    if (row !== undefined) this.#senders.removeIdle(row.sender);
  }

  waiting(claim: Claim): readonly Waiting[] {
    const waiting: Waiting[] = [];
    let isWrong = true;
    // If a sender has nothing due, its row is corrected and the next senders are looked at.
    while (isWrong) isWrong = this.#addFirst(claim, waiting);
    return waiting;
  }

  lend(parcels: readonly Lent[]): void {
    for (const { id, numbers, until } of parcels)
      for (const number of numbers) this.#statements.lend.run(id, until, number);
  }

  settle(parcelIds: readonly string[], now: Millis): void {
    for (const id of parcelIds) {
      const [row] = this.#statements.settle.all(now, id) as Row[];
      if (row !== undefined) this.#senders.removeIdle(row.sender);
    }
  }

  takeApart(id: string): void {
    const rows = this.#statements.takeApart.all(id) as Row[];
    for (const { sender, due } of rows) this.#senders.add(sender, due ?? 0);
  }

  parcel(id: string): SentParcel | undefined {
    const [row] = this.#rowsOf(id);
    if (row === undefined) return undefined;
    return {
      to: row.sender,
      tries: row.tries,
      isFull: this.#room.left(row.sender) === 0,
      hasUnsent: this.#statements.selectOneUnsent.get(row.sender, row.audience) !== undefined,
    };
  }

  postpone(id: string, until: Millis): void {
    const [row] = this.#rowsOf(id);
    this.#statements.postpone.run(until, id);
    if (row !== undefined) this.#senders.add(row.sender, until);
  }

  giveUp(id: string, isCounted: boolean): void {
    const rows = this.#rowsOf(id);
    const [row] = rows;
    if (row === undefined) return;
    this.#statements.remove.run(id);
    if (isCounted) this.#count(row, rows.length + moreIn(rows));
    this.#senders.removeIdle(row.sender);
  }

  /** What an account sent or got, up to that stamp. Answers how many went. */
  forget(account: BareJid, at: Stamp, room: number): number {
    const { forgetSender, forgetRecipient, forgetSenderLeft, forgetRecipientLeft } =
      this.#statements;
    const gone: Row[] = [];
    for (const remove of [forgetSenderLeft, forgetRecipientLeft, forgetSender, forgetRecipient])
      gone.push(...(remove.all({ account, at, room: room - gone.length }) as Row[]));
    for (const row of gone) if (row.more > 0) this.#count(row, row.more);
    for (const sender of new Set(gone.map((row) => row.sender))) this.#senders.removeIdle(sender);
    return gone.length;
  }

  /** If too many wait for the sender already, it is counted with the last of them. */
  #add(receipt: Receipt, due: Millis, message: number | undefined): void {
    const { key, status, audience = null } = receipt;
    const { sender, recipient, id } = key;
    if (!this.#room.take(sender) && this.#count({ sender, audience }, 1)) return;
    const number = message ?? this.#messageOf(key);
    const written = writeReceipt(receipt);
    this.#statements.insert.run(sender, recipient, id, status, audience, written, due, number);
    this.#senders.addIfNew(sender, due);
  }

  #messageOf({ sender, recipient, id }: MessageKey): number | null {
    const row = this.#statements.selectMessage.get(sender, recipient, id);
    return (row as { number: number } | undefined)?.number ?? null;
  }

  /** Receipts that are not kept are counted with the last that waits; `false`: none does. */
  #count({ sender, audience }: Counted, more: number): boolean {
    return this.#statements.count.run(more, sender, audience).changes > 0;
  }

  /** Adds those who wait longest; answers whether others may have to be looked at. */
  #addFirst(claim: Claim, waiting: Waiting[]): boolean {
    const { now, maxParcels, maxReceipts } = claim;
    const room = () => maxReceipts - countDue(waiting, now);
    const except = [...claim.except, ...waiting.map(({ sender }) => sender)];
    let isWrong = false;
    for (const due of this.#senders.first(now, { except, limit: maxParcels - waiting.length })) {
      if (room() <= 0) return false;
      const found = this.#waitingFor(due, { now, room: room() });
      if (countDue([found], now) > 0) waiting.push(found);
      else this.#senders.correct(due.sender);
      isWrong ||= waiting.at(-1) !== found;
    }
    return isWrong;
  }

  #waitingFor(due: SenderDue, { now, room }: { now: Millis; room: number }): Waiting {
    const rows = this.#statements.selectWaiting.all({ sender: due.sender, now, room }) as Row[];
    const unsent = rows.filter(({ parcel }) => parcel === null).slice(0, MAX_PER_PARCEL);
    return { ...due, again: this.#again(rows, room), unsent: unsent.map(waitingReceipt) };
  }

  /** No more than there is room for. */
  #again(rows: readonly Row[], room: number): readonly KnownParcel[] {
    const parcels: KnownParcel[] = [];
    for (const id of new Set(rows.flatMap(({ parcel }) => parcel ?? []))) {
      if (countIn(parcels) >= room) break;
      const whole = this.#rowsOf(id);
      parcels.push({ id, tries: whole[0]?.tries ?? 0, receipts: whole.map(waitingReceipt) });
    }
    return parcels;
  }

  #rowsOf(parcel: string): readonly Row[] {
    return this.#statements.selectParcel.all(parcel) as Row[];
  }
}

function moreIn(rows: readonly Row[]): number {
  return rows.reduce((sum, { more }) => sum + more, 0);
}
