import { type BareJid, domainOf } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis } from '../../message/time.ts';
import { columnsOfWatch, type WatchColumns, watchIn } from '../watch-columns.ts';
import type { WatchPort } from '../watch-port.ts';
import type { WatchQueuePort } from '../watch-queue-port.ts';
import type { CompleteServer, KeptWatch } from '../watch-store.ts';
import { ALL_SHARDS, PLACES, shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const NAMES = [
  ...['shard', 'domain', 'sender', 'recipient', 'id', 'server', 'position', 'goal', 'span'],
  ...['deadline', 'state', 'notice', 'status', 'proof', 'reminder', 'reminded', 'lease'],
] as const;

const KEY = 'shard = $1 AND sender = $2 AND recipient = $3 AND id = $4';

const SELECT = `SELECT * FROM watches WHERE ${KEY}`;
const REMOVE = `DELETE FROM watches WHERE ${KEY}`;

const PUT = `
  INSERT INTO watches (${NAMES.join(', ')}) VALUES (${NAMES.map((_, place) => `$${place + 1}`).join(', ')})
  ON CONFLICT (shard, sender, recipient, id)
  DO UPDATE SET ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const SELECT_DUE = `
  SELECT f.* FROM unnest($1::smallint[]) AS s (shard)
  CROSS JOIN unnest($2::text[], $3::bigint[]) AS d (server, up_to) CROSS JOIN LATERAL (
    SELECT * FROM watches
    WHERE shard = s.shard AND state = 'open' AND server = d.server AND deadline <= d.up_to
    ORDER BY deadline LIMIT $4) f
  ORDER BY f.deadline LIMIT $4`;

const SELECT_OVERDUE = `
  SELECT f.* FROM ${PLACES} CROSS JOIN LATERAL (
    SELECT * FROM watches
    WHERE shard = s.shard AND state = 'overdue' AND domain = d.domain AND lease <= $3
      AND NOT sender = ANY ($4::text[])
    ORDER BY lease LIMIT $5) f
  ORDER BY f.lease LIMIT $5`;

const SELECT_ORDERED = `
  SELECT f.* FROM ${PLACES} CROSS JOIN LATERAL (
    SELECT * FROM watches
    WHERE shard = s.shard AND reminder = 'ordered' AND server = d.domain
    ORDER BY reminded LIMIT $3) f
  ORDER BY f.reminded LIMIT $3`;

const COUNT_OPEN = `
  SELECT count(*)::integer AS count FROM watches
  WHERE shard = $1 AND sender = $2 AND state IN ('open', 'overdue')`;

const COUNT_REMINDED = `
  SELECT count(*)::integer AS count FROM watches
  WHERE shard = $1 AND sender = $2 AND reminded >= $3`;

const SELECT_OF = `
  SELECT * FROM watches
  WHERE shard = $1 AND sender = $2 AND state IN ('open', 'overdue', 'told')
  ORDER BY state = 'told', CASE state WHEN 'told' THEN deadline ELSE position END DESC LIMIT $3`;

type OverdueWanted = Parameters<WatchQueuePort['overdue']>[0];

/** Messages whose senders want to hear if nothing comes of them in time. */
export class WatchRows implements WatchPort, WatchQueuePort {
  readonly #sql: Sql;
  readonly #domains: readonly string[];

  /** Senders of these domains are to be told by us. */
  constructor(sql: Sql, domains: readonly string[]) {
    this.#sql = sql;
    this.#domains = domains;
  }

  async get({ sender, recipient, id }: MessageKey): Promise<KeptWatch | undefined> {
    const [watch] = await this.#watches(SELECT, [shardOf(sender), sender, recipient, id]);
    return watch;
  }

  async put(watch: KeptWatch): Promise<void> {
    const { sender } = watch.key;
    const columns = { ...columnsOfWatch(watch), shard: shardOf(sender), domain: domainOf(sender) };
    await this.#sql.run(
      PUT,
      NAMES.map((name) => columns[name]),
    );
  }

  async remove({ sender, recipient, id }: MessageKey): Promise<void> {
    await this.#sql.run(REMOVE, [shardOf(sender), sender, recipient, id]);
  }

  async due(servers: readonly CompleteServer[], limit: number): Promise<readonly KeptWatch[]> {
    if (servers.length === 0) return [];
    const [names, upTo] = [servers.map(([name]) => name), servers.map(([, stamp]) => stamp)];
    return this.#watches(SELECT_DUE, [ALL_SHARDS, names, upTo, limit]);
  }

  overdue({ now, except, limit }: OverdueWanted): Promise<readonly KeptWatch[]> {
    return this.#watches(SELECT_OVERDUE, [ALL_SHARDS, this.#domains, now, except, limit]);
  }

  ordered(servers: readonly string[], limit: number): Promise<readonly KeptWatch[]> {
    return this.#watches(SELECT_ORDERED, [ALL_SHARDS, servers, limit]);
  }

  countOpen(sender: BareJid): Promise<number> {
    return this.#count(COUNT_OPEN, [shardOf(sender), sender]);
  }

  countReminded(sender: BareJid, since: Millis): Promise<number> {
    return this.#count(COUNT_REMINDED, [shardOf(sender), sender, since]);
  }

  of(sender: BareJid, limit: number): Promise<readonly KeptWatch[]> {
    return this.#watches(SELECT_OF, [shardOf(sender), sender, limit]);
  }

  async #watches(statement: string, values: readonly unknown[]): Promise<readonly KeptWatch[]> {
    return (await this.#sql.rows<WatchColumns>(statement, values)).map(watchIn);
  }

  async #count(statement: string, values: readonly unknown[]): Promise<number> {
    const [row] = await this.#sql.rows<{ count: number }>(statement, values);
    return row?.count ?? 0;
  }
}
