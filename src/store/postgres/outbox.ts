import type { BareJid } from '../../message/jid.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Audience } from '../../receipt/audience.ts';
import type { NewReceipt } from '../adapter.ts';
import { writeReceipt } from '../json-columns.ts';
import type { UnsentReceipt } from '../message-port.ts';
import { MAX_WAITING } from '../receipt-store.ts';
import { keyValues } from './keys.ts';
import { type Numbers, shardOfNumber } from './numbers.ts';
import type { SendersDue } from './senders-due.ts';
import { shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const INSERT = `
  INSERT INTO outbox (shard, sender, recipient, id, number, status, audience, message_at, receipt, due)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
    $7::text[], $8::bigint[], $9::text[], $10::double precision[])`;

const COUNT_WAITING = `
  SELECT k.sender, (SELECT count(*)::integer FROM (
    SELECT 1 FROM outbox o WHERE o.shard = k.shard AND o.sender = k.sender AND o.due IS NOT NULL
    LIMIT ${MAX_WAITING}) waiting) AS waiting
  FROM unnest($1::smallint[], $2::text[]) AS k (shard, sender)`;

/**
 * More that are not kept are counted with the last receipt of their sender that has no stanza:
 * words with words, and others with others.
 */
const COUNT_MORE = `
  UPDATE outbox o SET more = o.more + last.more
  FROM unnest($1::smallint[], $2::text[], $3::integer[], $4::boolean[]) AS k (shard, sender, more, in_words)
  CROSS JOIN LATERAL (
    SELECT shard, number, k.more FROM outbox
    WHERE shard = k.shard AND sender = k.sender AND due IS NOT NULL AND parcel IS NULL
      AND (audience IS NOT DISTINCT FROM 'people') = k.in_words
    ORDER BY due DESC, number DESC LIMIT 1) last
  WHERE (o.shard, o.number) = (last.shard, last.number) RETURNING o.sender, o.audience`;

const WITHDRAW = `
  DELETE FROM outbox o USING unnest($1::smallint[], $2::bigint[]) AS k (shard, number)
  WHERE (o.shard, o.number) = (k.shard, k.number) RETURNING o.sender`;

/** Receipts of one sender. */
interface OfSender {
  readonly sender: BareJid;
  readonly receipts: readonly NewReceipt[];
}

/** Who is told a number, and in which kind of stanza. */
interface Counted {
  readonly sender: BareJid;
  readonly audience?: Audience | null | undefined;
}

interface Uncounted extends Counted {
  readonly more: number;
}

/** What comes into the outbox, and what is taken back before it leaves. */
export class OutboxRows {
  readonly #sql: Sql;
  readonly #senders: SendersDue;
  readonly #numbers: Numbers;

  constructor(sql: Sql, senders: SendersDue, numbers: Numbers) {
    this.#sql = sql;
    this.#senders = senders;
    this.#numbers = numbers;
  }

  /** Of a sender for whom too many wait already only the number is kept. */
  async addAll(made: readonly NewReceipt[]): Promise<void> {
    if (made.length === 0) return;
    const bySender = groupsOf(made);
    const waiting = await this.waiting(bySender.map(({ sender }) => sender));
    const roomFor = ({ sender }: OfSender) => MAX_WAITING - (waiting.get(sender) ?? 0);
    await this.#insert(bySender.flatMap((of) => of.receipts.slice(0, roomFor(of))));
    await this.#addBeyond(bySender.map((of) => withoutFirst(of, roomFor(of))));
  }

  async withdraw(unsent: readonly UnsentReceipt[]): Promise<void> {
    if (unsent.length === 0) return;
    const numbers = unsent.map(({ number }) => number);
    const gone = await this.#sql.rows<{ sender: BareJid }>(WITHDRAW, [
      numbers.map(shardOfNumber),
      numbers,
    ]);
    await this.#senders.removeIdle([...new Set(gone.map(({ sender }) => sender))]);
  }

  /** How many receipts wait for each of these, up to the maximum. */
  async waiting(senders: readonly BareJid[]): Promise<ReadonlyMap<BareJid, number>> {
    const values = [senders.map(shardOf), senders];
    const rows = await this.#sql.rows<{ sender: BareJid; waiting: number }>(COUNT_WAITING, values);
    return new Map(rows.map(({ sender, waiting }) => [sender, waiting]));
  }

  /** Answers who has a receipt that they could be counted with, by `nameOf`. */
  async count(uncounted: readonly Uncounted[]): Promise<ReadonlySet<string>> {
    const some = uncounted.filter(({ more }) => more > 0);
    if (some.length === 0) return new Set();
    const rows = await this.#sql.rows<Counted>(COUNT_MORE, [
      some.map(({ sender }) => shardOf(sender)),
      some.map(({ sender }) => sender),
      some.map(({ more }) => more),
      some.map(({ audience }) => audience === 'people'),
    ]);
    return new Set(rows.map(nameOf));
  }

  /** Where all that wait have a stanza, one more is kept, and the others are counted with it. */
  async #addBeyond(groups: readonly OfSender[]): Promise<void> {
    const beyond = groups.flatMap(byAudience).filter(({ receipts }) => receipts.length > 0);
    const counted = await this.count(
      beyond.map((group) => ({ ...group, more: group.receipts.length })),
    );
    const others = beyond.filter((group) => !counted.has(nameOf(group)));
    await this.#insert(others.flatMap(({ receipts }) => receipts.slice(0, 1)));
    await this.count(others.map((group) => ({ ...group, more: group.receipts.length - 1 })));
  }

  async #insert(made: readonly NewReceipt[]): Promise<void> {
    if (made.length === 0) return;
    const keys = made.map(({ receipt }) => receipt.key);
    await this.#sql.run(INSERT, [
      ...keyValues(keys),
      keys.map(({ sender }) => this.#numbers.next(shardOf(sender))),
      made.map(({ receipt }) => receipt.status),
      made.map(({ receipt: { audience = null } }) => audience),
      made.map(({ receipt }): Stamp => receipt.messageAt),
      made.map(({ receipt }) => writeReceipt(receipt)),
      made.map(({ due }): Millis => due),
    ]);
    await this.#senders.add(made.map(({ receipt, due }) => ({ sender: receipt.key.sender, due })));
  }
}

function groupsOf(made: readonly NewReceipt[]): readonly OfSender[] {
  const groups = new Map<BareJid, NewReceipt[]>();
  for (const receipt of made) {
    const { sender } = receipt.receipt.key;
    const group = groups.get(sender) ?? [];
    groups.set(sender, group);
    group.push(receipt);
  }
  return [...groups].map(([sender, receipts]) => ({ sender, receipts }));
}

function nameOf({ sender, audience }: Counted): string {
  return `${audience === 'people'} ${sender}`;
}

function byAudience({ sender, receipts }: OfSender): readonly (OfSender & Counted)[] {
  const words = receipts.filter(({ receipt }) => receipt.audience === 'people');
  const others = receipts.filter(({ receipt }) => receipt.audience !== 'people');
  return [
    { sender, audience: 'programs', receipts: others },
    { sender, audience: 'people', receipts: words },
  ];
}

function withoutFirst({ sender, receipts }: OfSender, kept: number): OfSender {
  return { sender, receipts: receipts.slice(Math.max(0, kept)) };
}
