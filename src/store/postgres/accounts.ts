import type { BareJid } from '../../message/jid.ts';
import type { Stamp } from '../../message/time.ts';
import type { Audience } from '../../receipt/audience.ts';
import { MENTIONED_AHEAD } from '../message-port.ts';
import type { Removed } from '../upkeep-store.ts';
import { removeChunk, removing } from './chunks.ts';
import type { OutboxRows } from './outbox.ts';
import type { SendersDue } from './senders-due.ts';
import { shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const REMEMBER = `
  INSERT INTO forgotten (account, at) VALUES ($1, $2)
  ON CONFLICT (account) DO UPDATE SET at = excluded.at WHERE forgotten.at < excluded.at`;

/** Whose shard a row is in. */
type Owner = 'sender' | 'recipient';

const BOTH: readonly Owner[] = ['sender', 'recipient'];

/** Rows of the account, found by an index: those that it owns are all in its own shard, $4. */
function of(column: Owner, owner: Owner): string {
  const shard = column === owner ? 'shard = $4' : '$4::smallint IS NOT NULL';
  return `${shard} AND ${column} = $1`;
}

/** $1 is the account, $2 the stamp, $3 the maximum number of rows. */
function removeOf(table: string, key: string, condition: string): string {
  return `
    DELETE FROM ${table} WHERE (${key}) IN (
      SELECT ${key} FROM ${table} t WHERE ${condition} LIMIT $3)`;
}

const MESSAGE = 'shard, sender, recipient, id';

/** Messages go first: nothing can be made of them any more while the rest goes. */
const OF_MESSAGES = BOTH.map((column) =>
  removeOf('messages', MESSAGE, `${of(column, 'sender')} AND seen_at <= $2`),
);

const OF_RECEIPTS = BOTH.map(
  (column) =>
    `${removeOf('outbox', 'shard, number', `${of(column, 'sender')} AND message_at <= $2`)} RETURNING sender, audience, more`,
);

// A statement for each column: then each finds its rows by an index.
const OF_THE_REST = [
  ...BOTH.flatMap((column) => [
    removeOf(
      'aliases',
      'shard, sender, recipient, alias',
      `${of(column, 'sender')} AND $2::bigint IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM messages m
         WHERE (m.shard, m.sender, m.recipient, m.id) = (t.shard, t.sender, t.recipient, t.id))`,
    ),
    removeOf(
      'read_up_to',
      'shard, sender, recipient',
      `${of(column, 'sender')} AND position <= $2`,
    ),
    removeOf(
      'mentions',
      'shard, sender, recipient',
      `${of(column, 'sender')} AND at <= $2::bigint + ${MENTIONED_AHEAD}`,
    ),
    removeOf(
      'ticks',
      'shard, number',
      `${of(column, 'sender')} AND due <= $2::bigint / 1000::double precision`,
    ),
    removeOf('watches', MESSAGE, `${of(column, 'sender')} AND position <= $2`),
    removeOf('asked_messages', MESSAGE, `${of(column, 'recipient')} AND position <= $2`),
  ]),
  removeOf(
    'question_numbers',
    'shard, recipient',
    `${of('recipient', 'recipient')} AND at <= $2::bigint / 1000::double precision`,
  ),
  ...BOTH.map((column) =>
    removeOf(
      'questions',
      'shard, recipient, number',
      `${of(column, 'recipient')} AND $2::bigint IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM asked_messages m
         WHERE (m.shard, m.recipient, m.number) = (t.shard, t.recipient, t.number))`,
    ),
  ),
  removeOf(
    'contacts',
    'account, address',
    '$4::smallint IS NOT NULL AND account = $1 AND born <= $2::bigint / 1000::double precision',
  ),
];

interface GoneReceipt {
  readonly sender: BareJid;
  readonly audience: Audience | null;
  readonly more: number;
}

/** Removes what is known of an account. */
export class AccountRows {
  readonly #sql: Sql;
  readonly #outbox: OutboxRows;
  readonly #senders: SendersDue;

  constructor(sql: Sql, outbox: OutboxRows, senders: SendersDue) {
    this.#sql = sql;
    this.#outbox = outbox;
    this.#senders = senders;
  }

  /**
   * A chunk of what is known up to a stamp goes. The stamp is remembered, so that late facts do not
   * bring the account back.
   */
  async forget(account: BareJid, at: Stamp): Promise<Removed> {
    await this.#sql.run(REMEMBER, [account, at]);
    const shard = shardOf(account);
    const stepOf = (statement: string) =>
      removing((room) => this.#sql.run(statement, [account, at, room, shard]));
    return removeChunk([
      ...OF_MESSAGES.map(stepOf),
      ...OF_RECEIPTS.map((statement) =>
        removing((room) => this.#removeReceipts(statement, [account, at, room, shard])),
      ),
      ...OF_THE_REST.map(stepOf),
    ]);
  }

  /** What others are counted with goes, but not the count. */
  async #removeReceipts(statement: string, values: readonly unknown[]): Promise<number> {
    const gone = await this.#sql.rows<GoneReceipt>(statement, values);
    const counted = (isInWords: boolean) => gone.filter((it) => isInWords === isWords(it));
    await this.#outbox.count([...sumsOf(counted(false)), ...sumsOf(counted(true))]);
    await this.#senders.removeIdle([...new Set(gone.map(({ sender }) => sender))]);
    return gone.length;
  }
}

function isWords({ audience }: GoneReceipt): boolean {
  return audience === 'people';
}

/** One for each sender: these are of one audience. */
function sumsOf(gone: readonly GoneReceipt[]): readonly GoneReceipt[] {
  const sums = new Map<BareJid, GoneReceipt>();
  for (const receipt of gone) {
    const more = receipt.more + (sums.get(receipt.sender)?.more ?? 0);
    sums.set(receipt.sender, { ...receipt, more });
  }
  return [...sums.values()];
}
