import { keyTable } from './keys.ts';
import { PLACES } from './shards.ts';

const COLUMNS = 'm.sender, m.recipient, m.id, m.record, m.position, m.wake, m.server, m.born';

const SAME_KEY = '(shard, sender, recipient, id)';

export const SELECT = `SELECT ${COLUMNS} FROM ${keyTable()} JOIN messages m USING ${SAME_KEY}`;

// A receipt that others are counted with is as good as sent.
export const SELECT_UNSENT = `
  SELECT o.sender, o.recipient, o.id, o.number, o.status, o.audience, o.message_at AS at
  FROM ${keyTable()} JOIN outbox o USING ${SAME_KEY}
  WHERE o.due IS NOT NULL AND o.parcel IS NULL AND o.more = 0 ORDER BY o.number`;

export const SELECT_ALIASES = `
  SELECT a.sender, a.recipient, a.alias, a.id FROM ${keyTable()}
  JOIN aliases a ON (a.shard, a.sender, a.recipient, a.alias) = (k.shard, k.sender, k.recipient, k.id)`;

export const SELECT_COVERED = `
  SELECT ${COLUMNS}
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS r (sender, recipient, after, up_to)
  JOIN messages m ON m.recipient = r.recipient AND m.sender = r.sender
    AND m.position > r.after AND m.position <= r.up_to
  ORDER BY m.position`;

export const UPSERT = `
  INSERT INTO messages (shard, sender, recipient, id, record, position, seen_at, kept, wake, server, born)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::bigint[], $7::bigint[], $8::boolean[], $9::double precision[], $10::text[], $11::double precision[])
  ON CONFLICT ${SAME_KEY} DO UPDATE SET record = excluded.record, position = excluded.position,
    seen_at = excluded.seen_at, kept = excluded.kept, wake = excluded.wake, server = excluded.server`;

export const REMOVE = `DELETE FROM messages m USING ${keyTable()}
  WHERE (m.shard, m.sender, m.recipient, m.id) = (k.shard, k.sender, k.recipient, k.id)`;

// One command changes a row once. Of several uses of an alias counts that of the message for which
// it stands already or, if it is new, the first.
export const UPSERT_ALIASES = `
  INSERT INTO aliases (shard, sender, recipient, alias, id, born)
  SELECT DISTINCT ON (k.shard, k.sender, k.recipient, k.alias)
    k.shard, k.sender, k.recipient, k.alias, k.id, k.born
  FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::double precision[])
    WITH ORDINALITY AS k (shard, sender, recipient, alias, id, born, place)
  LEFT JOIN aliases a USING (shard, sender, recipient, alias)
  ORDER BY k.shard, k.sender, k.recipient, k.alias, a.id IS NOT DISTINCT FROM k.id DESC, k.place
  ON CONFLICT (shard, sender, recipient, alias) DO UPDATE SET born = excluded.born
  WHERE aliases.id = excluded.id`;

export const SELECT_NEWEST = `
  SELECT sender, recipient, id FROM (
    SELECT m.sender, m.recipient, m.id, m.position
    FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
      SELECT sender, recipient, id, position, born FROM messages
      WHERE shard = s.shard AND position IS NOT NULL
      ORDER BY born DESC, position DESC LIMIT $2) m
    ORDER BY m.born DESC, m.position DESC LIMIT $2) newest
  ORDER BY position DESC`;

// The 10,000 newest are found in the index, and only their own rows are read: with a limit within, no
// other index seems better.
export const SELECT_NEWEST_ABOUT = `
  WITH oldest AS MATERIALIZED (
    SELECT min(born) AS born FROM (
      SELECT m.born FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
        SELECT born FROM messages WHERE shard = s.shard ORDER BY born DESC LIMIT 10000) m
      ORDER BY m.born DESC LIMIT 10000) newest)
  SELECT m.sender, m.recipient, m.id
  FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
    SELECT sender, recipient, id, position FROM (
      SELECT sender, recipient, id, position FROM messages
      WHERE shard = s.shard AND born >= (SELECT born FROM oldest)
      ORDER BY born DESC LIMIT 10000) newest
    WHERE position IS NOT NULL AND $3 IN (sender, recipient, id)) m
  ORDER BY m.position DESC LIMIT $2`;

export const SELECT_LATEST_TO = `
  SELECT sender, recipient, id FROM messages
  WHERE recipient = $2 AND sender = $1 AND position IS NOT NULL ORDER BY position DESC LIMIT $3`;

export const SELECT_LATEST = `
  SELECT sender, recipient, id FROM messages
  WHERE shard = $1 AND sender = $2 AND position IS NOT NULL ORDER BY position DESC LIMIT $3`;

export const SELECT_DUE = `
  SELECT m.sender, m.recipient, m.id FROM ${PLACES} CROSS JOIN LATERAL (
    SELECT sender, recipient, id, wake FROM messages
    WHERE shard = s.shard AND server = d.domain AND wake <= $3 ORDER BY wake LIMIT $4) m
  ORDER BY m.wake LIMIT $4`;

export const SELECT_OPEN_TO = `
  SELECT sender, recipient, id, position, wake FROM messages
  WHERE recipient = $1 AND (sender, position) > ($2, $3::bigint) AND position IS NOT NULL
  ORDER BY sender, position LIMIT $4`;

export const SELECT_KEPT = `
  SELECT m.wake, m.sender, m.recipient, m.id, m.kept
  FROM ${PLACES} CROSS JOIN LATERAL (
    SELECT wake, sender, recipient, id, kept FROM messages
    WHERE shard = s.shard AND server = d.domain AND wake IS NOT NULL
      AND (wake, sender, recipient, id) > ($3::double precision, $4, $5, $6)
    ORDER BY wake, sender, recipient, id LIMIT $7) m
  ORDER BY m.wake, m.sender, m.recipient, m.id LIMIT $7`;

export const HASTEN = `
  UPDATE messages m SET wake = $3 FROM (
    SELECT f.* FROM ${PLACES} CROSS JOIN LATERAL (
      SELECT shard, sender, recipient, id FROM messages
      WHERE shard = s.shard AND server = d.domain AND wake > $3 AND wake <= $4
      ORDER BY wake LIMIT $5) f
    LIMIT $5) k
  WHERE (m.shard, m.sender, m.recipient, m.id) = (k.shard, k.sender, k.recipient, k.id)`;

export const LOOK_LATER = `
  UPDATE messages SET wake = $5
  WHERE shard = $1 AND sender = $2 AND recipient = $3 AND id = $4 AND wake < $5`;
