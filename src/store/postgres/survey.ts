import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { KeptPage, Place } from '../record-store.ts';
import { deadlineFrom, isWatched } from '../spared.ts';
import type { SurveyPort } from '../survey-port.ts';
import type { CountedPage, UnsettledReceipt } from '../survey-store.ts';
import { ALL_SHARDS, SHARDS, shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const KEY = ['shard', 'sender', 'recipient', 'id'];

// An id that came again is as old as its newest sending.
const SELECT_OLDER = `
  SELECT born, sender, recipient, id, coalesce(position, 0) < $2::double precision * 1000
    AND NOT ${isWatched('messages', KEY, deadlineFrom('$2::double precision'))} AS going
  FROM messages
  WHERE shard = $1 AND born < $2 AND (born, sender, recipient, id) > ($3::double precision, $4, $5, $6)
  ORDER BY born, sender, recipient, id LIMIT $7`;

const SELECT_SENT = `
  SELECT sender, recipient, id FROM messages
  WHERE shard = $1 AND sender = $2 AND (recipient, id) > ($3, $4) AND position IS NOT NULL
  ORDER BY recipient, id LIMIT $5`;

const SELECT_GOT = `
  SELECT sender, recipient, id, position FROM messages
  WHERE recipient = $1 AND sender <> $1 AND position IS NOT NULL
    AND (sender, position, id) > ($2, $3::bigint, $4)
  ORDER BY sender, position, id LIMIT $5`;

const WAITING = `sender, recipient, id, status, greatest(due, lease) AS next,
  parcel IS NOT NULL AS "isSent", tries, more, due, number`;

const SELECT_WAITING = `
  SELECT o.* FROM (
    SELECT f.shard, f.sender FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
      SELECT shard, sender FROM senders_due WHERE shard = s.shard ORDER BY sender LIMIT $2) f
    ORDER BY f.sender LIMIT $2) d
  CROSS JOIN LATERAL (
    SELECT ${WAITING} FROM outbox WHERE shard = d.shard AND sender = d.sender AND due IS NOT NULL
    ORDER BY due, number LIMIT $2) o
  ORDER BY o.sender, o.due, o.number LIMIT $2`;

const SELECT_WAITING_FOR = `
  SELECT ${WAITING} FROM outbox WHERE shard = $1 AND sender = $2 AND due IS NOT NULL
  ORDER BY due, number LIMIT $3`;

interface OlderRow extends MessageKey {
  readonly born: Millis;
  readonly going: boolean;
}

interface GotRow extends MessageKey {
  readonly position: Stamp;
}

type WaitingRow = MessageKey & Omit<UnsettledReceipt, 'key'>;

/** Where a page of what is older ended: shards are walked one after the other. */
type AgePlace = readonly [
  shard: number,
  firstSeen: Millis,
  sender: string,
  recipient: string,
  id: string,
];

/** Where a page of a person's messages ended. */
type PersonPlace =
  | readonly ['sent', recipient: string, id: string]
  | readonly ['got', sender: string, position: Stamp, id: string];

const AFTER_SENT: PersonPlace = ['got', '', 0, ''];

/** Many messages, as an operator asks about them. */
export class SurveyRows implements SurveyPort {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async countBefore(before: Millis, after: Place | undefined, limit: number): Promise<CountedPage> {
    const [shard, ...place] = after === undefined ? startOf(0) : (JSON.parse(after) as AgePlace);
    const values = [shard, before, ...place, limit];
    const rows = await this.#sql.rows<OlderRow>(SELECT_OLDER, values);
    const last = rows.length < limit ? undefined : rows.at(-1);
    const end = last ? agePlaceOf(shard, last) : startOf(shard + 1);
    return {
      messages: rows.filter(({ going }) => going).length,
      end: end[0] === SHARDS ? undefined : JSON.stringify(end),
    };
  }

  messagesOf(account: BareJid, after: Place | undefined, limit: number): Promise<KeptPage> {
    const place: PersonPlace = after === undefined ? ['sent', '', ''] : JSON.parse(after);
    return place[0] === 'sent'
      ? this.#sent(account, place, limit)
      : this.#got(account, place, limit);
  }

  async waitingReceipts(
    sender: BareJid | undefined,
    limit: number,
  ): Promise<readonly UnsettledReceipt[]> {
    const rows = await (sender === undefined
      ? this.#sql.rows<WaitingRow>(SELECT_WAITING, [ALL_SHARDS, limit])
      : this.#sql.rows<WaitingRow>(SELECT_WAITING_FOR, [shardOf(sender), sender, limit]));
    return rows.map(({ status, next, isSent, tries, more, ...row }) => {
      return { key: keyOf(row), status, next, isSent, tries, more };
    });
  }

  async #sent(account: BareJid, [, recipient, id]: PersonPlace, limit: number): Promise<KeptPage> {
    const values = [shardOf(account), account, recipient, id, limit];
    const keys = await this.#sql.rows<MessageKey>(SELECT_SENT, values);
    const last = keys.length < limit ? undefined : keys.at(-1);
    const end: PersonPlace = last === undefined ? AFTER_SENT : ['sent', last.recipient, last.id];
    return { keys, end: JSON.stringify(end) };
  }

  async #got(account: BareJid, [, ...place]: PersonPlace, limit: number): Promise<KeptPage> {
    const rows = await this.#sql.rows<GotRow>(SELECT_GOT, [account, ...place, limit]);
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      keys: rows.map(keyOf),
      end: last && JSON.stringify(['got', last.sender, last.position, last.id]),
    };
  }
}

function startOf(shard: number): AgePlace {
  return [shard, -1, '', '', ''];
}

function agePlaceOf(shard: number, { born, sender, recipient, id }: OlderRow): AgePlace {
  return [shard, born, sender, recipient, id];
}

function keyOf({ sender, recipient, id }: MessageKey): MessageKey {
  return { sender, recipient, id };
}
