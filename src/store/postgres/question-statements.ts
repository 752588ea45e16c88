import { keyTable } from './keys.ts';
import { PLACES } from './shards.ts';

// A number that somebody wrote may be larger than any of ours.
const NAMES = 'unnest($1::smallint[], $2::text[], $3::bigint[]) AS k (shard, recipient, number)';

const RECIPIENTS = 'unnest($1::smallint[], $2::text[]) AS k (shard, recipient)';

/** `greatest` passes over what is NULL. */
const NEXT = 'CASE WHEN due IS NOT NULL THEN greatest(due, lease) END AS next';

const SAME_QUESTION = '(q.shard, q.recipient, q.number) = (k.shard, k.recipient, k.number)';

/** A question with what it is about; `condition` is about `q`. */
function withMessages(condition: string): string {
  return `
    SELECT q.number, q.sender, count(*)::integer AS messages,
      (count(*) FILTER (WHERE m.shown))::integer AS shown,
      min(coalesce(m.time, m.position)) AS "from", max(coalesce(m.time, m.position)) AS "to"
    FROM questions q JOIN asked_messages m USING (shard, recipient, number)
    WHERE q.shard = $1 AND q.recipient = $2 AND ${condition}
    GROUP BY q.number, q.sender ORDER BY q.number`;
}

/** What is asked of the tables of questions, by name. */
export const QUESTION_STATEMENTS = {
  selectOpen: `
    SELECT q.recipient, q.number, q.sender FROM ${RECIPIENTS} JOIN questions q USING (shard, recipient)
    ORDER BY q.recipient, q.opened, q.number`,
  selectOfAll: `
    SELECT q.* FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
      SELECT recipient, number, sender, opened, ${NEXT} FROM questions
      WHERE shard = s.shard ORDER BY recipient, number LIMIT $2) q
    ORDER BY q.recipient, q.number LIMIT $2`,
  selectAbout: `
    SELECT recipient, number, sender, opened, ${NEXT} FROM questions
    WHERE (shard = $1 AND recipient = $2) OR sender = $2 ORDER BY recipient, number LIMIT $3`,
  selectLast: `
    SELECT n.recipient, n.number, n.at FROM ${RECIPIENTS}
    JOIN question_numbers n USING (shard, recipient)`,
  upsertLast: `
    INSERT INTO question_numbers (shard, recipient, number, at)
    SELECT * FROM unnest($1::smallint[], $2::text[], $3::integer[], $4::double precision[])
    ON CONFLICT (shard, recipient) DO UPDATE SET number = excluded.number, at = excluded.at`,
  insertQuestions: `
    INSERT INTO questions (shard, recipient, number, domain, sender, opened, due)
    SELECT * FROM unnest($1::smallint[], $2::text[], $3::integer[], $4::text[], $5::text[],
      $6::double precision[], $7::double precision[])`,
  insertMessages: `
    INSERT INTO asked_messages (shard, sender, recipient, id, number, position, time, born)
    SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::integer[],
      $6::bigint[], $7::bigint[], $8::double precision[])`,
  selectAsked: `
    SELECT m.sender, m.recipient, m.id, m.number, m.shown
    FROM ${keyTable()} JOIN asked_messages m USING (shard, sender, recipient, id)`,
  selectCounts: `
    SELECT m.recipient, m.number, count(*)::integer AS messages,
      (count(*) FILTER (WHERE m.shown))::integer AS shown
    FROM ${NAMES} JOIN asked_messages m USING (shard, recipient, number) GROUP BY m.recipient, m.number`,
  selectOld: `
    SELECT m.sender, m.recipient, m.id FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
      SELECT sender, recipient, id, born FROM asked_messages
      WHERE shard = s.shard AND born < $2 ORDER BY born LIMIT $3) m
    ORDER BY m.born LIMIT $3`,
  removeMessages: `
    DELETE FROM asked_messages m USING ${keyTable()}
    WHERE (m.shard, m.sender, m.recipient, m.id) = (k.shard, k.sender, k.recipient, k.id)`,
  removeQuestions: `DELETE FROM questions q USING ${NAMES} WHERE ${SAME_QUESTION}`,
  // A recipient has few questions, so those of the ones who must wait are passed over quickly. After
  // a long time without our daemon very many are due: the first of each place are enough to go on.
  selectRecipients: `
    SELECT q.recipient FROM ${PLACES} CROSS JOIN LATERAL (
      SELECT recipient, due FROM questions
      WHERE shard = s.shard AND domain = d.domain
        AND due <= $3 AND lease <= $3 AND recipient <> ALL($4)
      ORDER BY due LIMIT 1000) q
    GROUP BY q.recipient ORDER BY min(q.due), q.recipient LIMIT $5`,
  selectDue: withMessages('q.due <= $3 AND q.lease <= $4'),
  selectWaiting: withMessages('true'),
  countWaiting:
    'SELECT count(*)::integer AS count FROM questions WHERE shard = $1 AND recipient = $2',
  lend: `UPDATE questions q SET lease = $4 FROM ${NAMES} WHERE ${SAME_QUESTION}`,
  // What is not lent any more was answered meanwhile: it may have another time, or be another
  // question.
  settle: `
    UPDATE questions q SET due = NULL, lease = 0 FROM ${NAMES} WHERE ${SAME_QUESTION} AND q.lease > 0`,
  withdraw: `UPDATE questions q SET due = NULL, lease = 0 FROM ${NAMES} WHERE ${SAME_QUESTION}`,
  askAgain: `UPDATE questions q SET due = $4, lease = 0 FROM ${NAMES} WHERE ${SAME_QUESTION}`,
  askEachAgain: `
    UPDATE questions q SET due = k.due, lease = 0
    FROM unnest($1::smallint[], $2::text[], $3::integer[], $4::double precision[]) AS k (shard, recipient, number, due)
    WHERE ${SAME_QUESTION}`,
  mark: `
    UPDATE asked_messages q SET shown = $4 FROM ${NAMES} WHERE ${SAME_QUESTION} AND q.shown <> $4`,
  selectShown: `
    SELECT sender, recipient, id, position FROM asked_messages
    WHERE shard = $1 AND recipient = $2 AND number = $3::bigint AND shown
      AND (position, sender, id) > ($4::bigint, $5, $6)
    ORDER BY position, sender, id LIMIT $7`,
  selectMessages: `
    SELECT sender, recipient, id, position FROM asked_messages
    WHERE shard = $1 AND recipient = $2 AND (sender, id) > ($3, $4) ORDER BY sender, id LIMIT $5`,
} as const;
