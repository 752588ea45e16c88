import type { MessageKey } from '../../message/key.ts';
import type { Pruned } from '../adapter.ts';
import type { PruneLimits } from '../store.ts';
import type { Database } from './database.ts';
import type { QuestionRows } from './questions.ts';

/** Rows that one call removes at most, so that nobody waits long for the lock. */
const CHUNK = 1000;
const DAY = 86_400_000;

/** An id that came again keeps its row: it is as old as its newest sending. */
const RENEW =
  'UPDATE messages SET born = position / 1000 WHERE born < $before AND position >= $before * 1000';

const REMOVE_MESSAGES = [
  `DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages WHERE born < $before LIMIT ${CHUNK})`,
  `DELETE FROM messages WHERE rowid IN (
     SELECT rowid FROM messages WHERE position IS NULL AND born < $unacceptedBefore LIMIT ${CHUNK})`,
  `DELETE FROM messages WHERE rowid IN (
     SELECT rowid FROM messages WHERE position IS NULL ORDER BY born DESC LIMIT ${CHUNK} OFFSET $maxUnaccepted)`,
].map((statement) => `${statement} RETURNING sender, recipient, id`);

const REMOVE = [
  'DELETE FROM outbox WHERE taken < $takenBefore',
  'DELETE FROM aliases WHERE born < $before',
  'DELETE FROM read_up_to WHERE at < $before * 1000',
  'DELETE FROM forgotten WHERE at < $before * 1000',
  'DELETE FROM ticks WHERE due < $before',
  'DELETE FROM question_numbers WHERE at < $questionsBefore',
];

/** Removes at most a chunk of each kind of row. */
export function prune(
  database: Database,
  questions: QuestionRows,
  { now, ...rest }: PruneLimits,
): Pruned {
  const { before } = rest;
  const limits = { ...rest, takenBefore: now - DAY };
  database.prepare(RENEW).run({ before });
  const messages = REMOVE_MESSAGES.flatMap(
    (statement) => database.prepare(statement).all(only(statement, limits)) as MessageKey[],
  );
  const unanswered = questions.askedBefore(rest.questionsBefore, CHUNK);
  const rows = REMOVE.reduce(
    (removed, statement) =>
      removed + database.prepare(statement).run(only(statement, limits)).changes,
    messages.length + unanswered.length,
  );
  return { rows, unasked: [...messages, ...unanswered] };
}

/** better-sqlite3 refuses names that the statement does not use. */
function only(statement: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => statement.includes(`$${name}`)),
  );
}
