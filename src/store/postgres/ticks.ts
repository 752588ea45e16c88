import { domainOf } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis } from '../../message/time.ts';
import type { NewTick } from '../adapter.ts';
import type { Within } from '../awaitable.ts';
import { readTick, writeTick } from '../json-columns.ts';
import type { TickOrder, TickStore } from '../tick-store.ts';
import { keyTable, keyValues } from './keys.ts';
import { type Numbers, shardOfNumber } from './numbers.ts';
import { ALL_SHARDS, shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const INSERT = `
  INSERT INTO ticks (shard, sender, recipient, id, number, domain, tick, due)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
    $7::text[], $8::double precision[])`;

const WITHDRAW = `
  DELETE FROM ticks t USING ${keyTable()}
  WHERE (t.sender, t.recipient, t.id) = (k.sender, k.recipient, k.id) AND t.lease = 0`;

const CLAIM = `
  UPDATE ticks t SET lease = $4 FROM (
    SELECT f.* FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
      SELECT shard, number, due FROM ticks
      WHERE shard = s.shard AND domain = $2 AND due <= $3 AND lease <= $3
      ORDER BY due, number LIMIT $5) f
    ORDER BY f.due, f.number LIMIT $5) k
  WHERE (t.shard, t.number) = (k.shard, k.number)
  RETURNING t.number, t.tick, t.tries, t.due`;

const NUMBERED = 'unnest($1::smallint[], $2::bigint[]) AS k (shard, number)';

const SETTLE = `
  DELETE FROM ticks t USING ${NUMBERED} WHERE (t.shard, t.number) = (k.shard, k.number)`;

const POSTPONE = `
  UPDATE ticks t SET due = $3, lease = 0, tries = t.tries + 1 FROM ${NUMBERED}
  WHERE (t.shard, t.number) = (k.shard, k.number)`;

interface Row {
  readonly number: number;
  readonly tick: string;
  readonly tries: number;
  readonly due: Millis;
}

type Claim = Parameters<TickStore['claim']>[0];

/** Orders to deliver that have not been carried out. */
export class TickRows implements Within<TickStore> {
  readonly #sql: Sql;
  readonly #numbers: Numbers;

  constructor(sql: Sql, numbers: Numbers) {
    this.#sql = sql;
    this.#numbers = numbers;
  }

  async addAll(ticks: readonly NewTick[]): Promise<void> {
    if (ticks.length === 0) return;
    const keys = ticks.map(({ tick }) => tick.key);
    await this.#sql.run(INSERT, [
      ...keyValues(keys),
      keys.map(({ sender }) => this.#numbers.next(shardOf(sender))),
      keys.map(({ recipient }) => domainOf(recipient)),
      ticks.map(({ tick }) => writeTick(tick)),
      ticks.map(({ due }) => due),
    ]);
  }

  /**
   * The recipients' clients have answered meanwhile. A lent order may be on its way. An order that
   * came back was not carried out.
   */
  async withdraw(keys: readonly MessageKey[]): Promise<void> {
    if (keys.length > 0) await this.#sql.run(WITHDRAW, keyValues(keys));
  }

  async claim({ domain, now, leaseUntil, limit }: Claim): Promise<readonly TickOrder[]> {
    const values = [ALL_SHARDS, domain, now, leaseUntil, limit];
    const rows = await this.#sql.rows<Row>(CLAIM, values);
    return rows
      .toSorted((a, b) => a.due - b.due || a.number - b.number)
      .map(({ number, tick, tries }) => ({ number, tries, tick: readTick(tick) }));
  }

  async settle(numbers: readonly number[]): Promise<void> {
    await this.#sql.run(SETTLE, [numbers.map(shardOfNumber), numbers]);
  }

  async postpone(numbers: readonly number[], until: Millis): Promise<void> {
    await this.#sql.run(POSTPONE, [numbers.map(shardOfNumber), numbers, until]);
  }
}
