import { type BareJid, domainOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { chosenIn } from '../json-columns.ts';
import { ALL_SHARDS, PLACES, shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const SENDERS = 'unnest($1::smallint[], $2::text[])';

// Most receipts are not the first of their sender: then nothing is written.
const ADD = `
  INSERT INTO senders_due (shard, sender, domain, due)
  SELECT shard, sender, domain, min(due)
  FROM unnest($1::smallint[], $2::text[], $3::text[], $4::double precision[]) AS made (shard, sender, domain, due)
  GROUP BY shard, sender, domain
  ON CONFLICT (shard, sender) DO UPDATE SET due = excluded.due WHERE senders_due.due > excluded.due`;

const REMOVE_IDLE = `
  DELETE FROM senders_due d USING ${SENDERS} AS k (shard, sender)
  WHERE d.shard = k.shard AND d.sender = k.sender AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.shard = k.shard AND o.sender = k.sender AND o.due IS NOT NULL)`;

// The same receipt may be due, and lent until later.
const CORRECT = `
  UPDATE senders_due d SET due = o.due FROM ${SENDERS} AS k (shard, sender) CROSS JOIN LATERAL (
    SELECT min(greatest(due, lease)) AS due FROM outbox
    WHERE shard = k.shard AND sender = k.sender AND due IS NOT NULL) o
  WHERE d.shard = k.shard AND d.sender = k.sender AND o.due IS NOT NULL`;

const SELECT_FIRST = `
  SELECT d.sender, p.preferences FROM (
    SELECT f.sender, f.due FROM ${PLACES} CROSS JOIN LATERAL (
      SELECT sender, due FROM senders_due
      WHERE shard = s.shard AND domain = d.domain AND due <= $3 AND sender <> ALL($4)
      ORDER BY due LIMIT $5) f
    ORDER BY f.due LIMIT $5) d
  LEFT JOIN preferences p ON p.account = d.sender ORDER BY d.due`;

export interface SenderDue {
  readonly sender: BareJid;
  readonly preferences: Preferences;
}

/**
 * Which senders have receipts to get, and from when: never later than the first of them. It may be
 * earlier than that; whoever finds nothing to send puts it right.
 */
export class SendersDue {
  readonly #sql: Sql;
  readonly #domains: readonly string[];

  constructor(sql: Sql, domains: readonly string[]) {
    this.#sql = sql;
    this.#domains = domains;
  }

  /** Receipts wait for these senders. */
  async add(made: readonly { readonly sender: BareJid; readonly due: Millis }[]): Promise<void> {
    if (made.length === 0) return;
    const senders = made.map(({ sender }) => sender);
    await this.#sql.run(ADD, [
      senders.map(shardOf),
      senders,
      senders.map(domainOf),
      made.map(({ due }) => due),
    ]);
  }

  /** Receipts of these wait no longer. They may have been the last. */
  async removeIdle(senders: readonly BareJid[]): Promise<void> {
    if (senders.length > 0) await this.#sql.run(REMOVE_IDLE, [senders.map(shardOf), senders]);
  }

  /** Nothing could be sent to these now. */
  async correct(senders: readonly BareJid[]): Promise<void> {
    await this.removeIdle(senders);
    await this.#sql.run(CORRECT, [senders.map(shardOf), senders]);
  }

  /** Who waits longest of the users of our domains, without those who must wait. */
  async first(
    now: Millis,
    { except, limit }: { readonly except: readonly BareJid[]; readonly limit: number },
  ): Promise<readonly SenderDue[]> {
    const rows = await this.#sql.rows<{ sender: BareJid; preferences: string | null }>(
      SELECT_FIRST,
      [ALL_SHARDS, this.#domains, now, except, limit],
    );
    return rows.map(({ sender, preferences }) => ({ sender, preferences: chosenIn(preferences) }));
  }
}
