import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { KnownParcel, Lent, ReceiptPort, SentParcel, Waiting } from '../receipt-port.ts';
import { type Claim, MAX_PER_PARCEL, MAX_WAITING } from '../receipt-store.ts';
import { countDue, countIn, type ReceiptColumns, waitingReceipt } from '../waiting-receipts.ts';
import { shardOfNumber } from './numbers.ts';
import type { OutboxRows } from './outbox.ts';
import type { SenderDue, SendersDue } from './senders-due.ts';
import { shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const COLUMNS =
  'number, sender, recipient, id, status, audience, parcel, receipt, more, tries, due';

// Parcels sent before go first. Receipts that wait for others to travel with go as soon as one of
// them does.
const SELECT_WAITING = `
  SELECT w.* FROM unnest($1::smallint[], $2::text[]) WITH ORDINALITY AS k (shard, sender, place)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM outbox
    WHERE shard = k.shard AND sender = k.sender AND due IS NOT NULL
      AND (parcel IS NULL OR (due <= $3 AND lease <= $3))
    ORDER BY parcel IS NULL, due, number LIMIT $4::integer + ${MAX_PER_PARCEL}) w
  ORDER BY k.place, w.parcel IS NULL, w.due, w.number`;

const SELECT_PARCELS = `SELECT ${COLUMNS} FROM outbox WHERE parcel = ANY($1) ORDER BY number`;

const LEND = `
  UPDATE outbox o SET parcel = k.parcel, lease = k.until
  FROM unnest($1::smallint[], $2::bigint[], $3::text[], $4::double precision[]) AS k (shard, number, parcel, until)
  WHERE (o.shard, o.number) = (k.shard, k.number)`;

// An error may come back before the answer to the ping: what was postponed is not taken (lease 0).
const SETTLE = `
  UPDATE outbox SET due = NULL, taken = $1 WHERE parcel = ANY($2) AND lease > 0 RETURNING sender`;

const TAKE_APART = `
  UPDATE outbox SET parcel = NULL, lease = 0 WHERE parcel = $1 AND due IS NOT NULL
  RETURNING sender, due`;

const POSTPONE = `
  UPDATE outbox SET due = $2, taken = NULL, lease = 0, tries = tries + 1 WHERE parcel = $1
  RETURNING sender, due`;

const REMOVE = 'DELETE FROM outbox WHERE parcel = $1 RETURNING sender, audience, more';

const SELECT_UNSENT = `
  SELECT 1 FROM outbox
  WHERE shard = $1 AND sender = $2 AND due IS NOT NULL AND parcel IS NULL
    AND (audience IS NOT DISTINCT FROM 'people') = $3 LIMIT 1`;

interface Row extends ReceiptColumns {
  readonly parcel: string | null;
  readonly tries: number;
}

/** Receipts that are to be sent, and those sent lately. */
export class ReceiptRows implements ReceiptPort {
  readonly #sql: Sql;
  readonly #senders: SendersDue;
  readonly #outbox: OutboxRows;

  constructor(sql: Sql, senders: SendersDue, outbox: OutboxRows) {
    this.#sql = sql;
    this.#senders = senders;
    this.#outbox = outbox;
  }

  async waiting(claim: Claim): Promise<readonly Waiting[]> {
    const waiting: Waiting[] = [];
    let isWrong = true;
    // If a sender has nothing due, its row is corrected and the next senders are looked at.
    while (isWrong) isWrong = await this.#addFirst(claim, waiting);
    return waiting;
  }

  async lend(lent: readonly Lent[]): Promise<void> {
    const rows = lent.flatMap(({ id, numbers, until }) =>
      numbers.map((number) => ({ id, number, until })),
    );
    if (rows.length === 0) return;
    await this.#sql.run(LEND, [
      rows.map(({ number }) => shardOfNumber(number)),
      rows.map(({ number }) => number),
      rows.map(({ id }) => id),
      rows.map(({ until }) => until),
    ]);
  }

  async settle(parcelIds: readonly string[], now: Millis): Promise<void> {
    if (parcelIds.length === 0) return;
    const rows = await this.#sql.rows<Row>(SETTLE, [now, parcelIds]);
    await this.#senders.removeIdle(sendersOf(rows));
  }

  async takeApart(id: string): Promise<void> {
    const rows = await this.#sql.rows<Row>(TAKE_APART, [id]);
    await this.#senders.add(rows.map(({ sender, due }) => ({ sender, due: due ?? 0 })));
  }

  async parcel(id: string): Promise<SentParcel | undefined> {
    const [row] = await this.#sql.rows<Row>(SELECT_PARCELS, [[id]]);
    if (row === undefined) return undefined;
    const { sender, audience, tries } = row;
    const waiting = await this.#outbox.waiting([sender]);
    const values = [shardOf(sender), sender, audience === 'people'];
    const unsent = await this.#sql.rows(SELECT_UNSENT, values);
    const isFull = (waiting.get(sender) ?? 0) >= MAX_WAITING;
    return { to: sender, tries, isFull, hasUnsent: unsent.length > 0 };
  }

  async postpone(id: string, until: Millis): Promise<void> {
    const [row] = await this.#sql.rows<Row>(POSTPONE, [id, until]);
    if (row !== undefined) await this.#senders.add([{ sender: row.sender, due: until }]);
  }

  async giveUp(id: string, isCounted: boolean): Promise<void> {
    const rows = await this.#sql.rows<Row>(REMOVE, [id]);
    const [row] = rows;
    if (row === undefined) return;
    const more = rows.reduce((sum, gone) => sum + gone.more, rows.length);
    const { sender, audience } = row;
    if (isCounted) await this.#outbox.count([{ sender, audience, more }]);
    await this.#senders.removeIdle([row.sender]);
  }

  /** Adds those who wait longest; answers whether others may have to be looked at. */
  async #addFirst(claim: Claim, waiting: Waiting[]): Promise<boolean> {
    const { now, maxParcels, maxReceipts } = claim;
    const room = maxReceipts - countDue(waiting, now);
    const limit = maxParcels - waiting.length;
    if (room <= 0 || limit <= 0) return false;
    const except = [...claim.except, ...waiting.map(({ sender }) => sender)];
    const found = await this.#waitingFor(await this.#senders.first(now, { except, limit }), {
      now,
      room,
    });
    const idle = found.filter((each) => countDue([each], now) === 0);
    waiting.push(...found.filter((each) => countDue([each], now) > 0));
    if (idle.length > 0) await this.#senders.correct(idle.map(({ sender }) => sender));
    return idle.length > 0;
  }

  async #waitingFor(
    senders: readonly SenderDue[],
    { now, room }: { readonly now: Millis; readonly room: number },
  ): Promise<readonly Waiting[]> {
    if (senders.length === 0) return [];
    const names = senders.map(({ sender }) => sender);
    const values = [names.map(shardOf), names, now, room];
    const rows = await this.#sql.rows<Row>(SELECT_WAITING, values);
    const parcels = await this.#parcelsOf(rows);
    return senders.map((due) => waitingIn(due, rows, { parcels, room }));
  }

  async #parcelsOf(rows: readonly Row[]): Promise<ReadonlyMap<string, readonly Row[]>> {
    const ids = [...new Set(rows.flatMap(({ parcel }) => parcel ?? []))];
    const parcels = new Map<string, Row[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return parcels;
    for (const row of await this.#sql.rows<Row>(SELECT_PARCELS, [ids]))
      parcels.get(row.parcel ?? '')?.push(row);
    return parcels;
  }
}

function waitingIn(
  due: SenderDue,
  rows: readonly Row[],
  { parcels, room }: { readonly parcels: ReadonlyMap<string, readonly Row[]>; room: number },
): Waiting {
  const own = rows.filter(({ sender }) => sender === due.sender);
  const unsent = own.filter(({ parcel }) => parcel === null).slice(0, MAX_PER_PARCEL);
  const ids = new Set(own.flatMap(({ parcel }) => parcel ?? []));
  return { ...due, again: again(ids, parcels, room), unsent: unsent.map(waitingReceipt) };
}

/** No more than there is room for. */
function again(
  ids: ReadonlySet<string>,
  parcels: ReadonlyMap<string, readonly Row[]>,
  room: number,
): readonly KnownParcel[] {
  const known: KnownParcel[] = [];
  for (const id of ids) {
    if (countIn(known) >= room) break;
    const whole = parcels.get(id) ?? [];
    known.push({ id, tries: whole[0]?.tries ?? 0, receipts: whole.map(waitingReceipt) });
  }
  return known;
}

function sendersOf(rows: readonly { readonly sender: BareJid }[]): readonly BareJid[] {
  return [...new Set(rows.map(({ sender }) => sender))];
}
