import { domainOf } from '../../message/jid.ts';
import type { Changes } from '../adapter.ts';
import type { Mark } from '../message-port.ts';
import type { QuestionChanges } from '../question-port.ts';
import { askedKeyValues } from './keys.ts';
import { putMentions } from './mentions.ts';
import type { MessageRows } from './messages.ts';
import type { OutboxRows } from './outbox.ts';
import { QUESTION_STATEMENTS } from './question-statements.ts';
import { nameValues } from './questions.ts';
import { shardOf } from './shards.ts';
import type { Sql } from './sql.ts';
import type { TickRows } from './ticks.ts';

export interface SavedRows {
  readonly messages: MessageRows;
  readonly outbox: OutboxRows;
  readonly ticks: TickRows;
}

/** A statement for each kind of change that there is, whatever their number. */
export async function saveChanges(sql: Sql, rows: SavedRows, changes: Changes): Promise<void> {
  const { messages, outbox, ticks } = rows;
  await messages.remove(changes.removed);
  await messages.put(changes.messages);
  await messages.addAliases(changes.aliases);
  await putMarks(sql, changes.marks);
  await putMentions(sql, changes.mentioned);
  await outbox.withdraw(changes.withdrawnReceipts);
  await outbox.addAll(changes.receipts);
  await ticks.withdraw(changes.withdrawnTicks);
  await ticks.addAll(changes.ticks);
  await saveQuestions(sql, changes.questions);
}

const PUT_MARKS = `
  INSERT INTO read_up_to (shard, sender, recipient, position, at, time)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
  ON CONFLICT (shard, sender, recipient) DO UPDATE
  SET position = excluded.position, at = excluded.at, time = excluded.time`;

async function putMarks(sql: Sql, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return;
  await sql.run(PUT_MARKS, [
    marks.map(({ sender }) => shardOf(sender)),
    marks.map(({ sender }) => sender),
    marks.map(({ recipient }) => recipient),
    marks.map(({ readUpTo }) => readUpTo.position),
    marks.map(({ readUpTo }) => readUpTo.at),
    marks.map(({ readUpTo }) => readUpTo.time ?? null),
  ]);
}

async function saveQuestions(sql: Sql, changes: QuestionChanges): Promise<void> {
  const { removeMessages, removeQuestions, insertQuestions, insertMessages } = QUESTION_STATEMENTS;
  const { askEachAgain, upsertLast } = QUESTION_STATEMENTS;
  const { unasked, closed, opened, asked, again, numbers } = changes;
  await runFor(unasked, () => sql.run(removeMessages, askedKeyValues(unasked)));
  await runFor(closed, () => sql.run(removeQuestions, nameValues(closed)));
  await runFor(opened, () =>
    sql.run(insertQuestions, [
      ...nameValues(opened),
      opened.map(({ recipient }) => domainOf(recipient)),
      opened.map(({ sender }) => sender),
      opened.map((question) => question.opened),
      opened.map(({ due }) => due),
    ]),
  );
  await runFor(asked, () =>
    sql.run(insertMessages, [
      ...askedKeyValues(asked.map(({ key }) => key)),
      asked.map(({ number }) => number),
      asked.map(({ position }) => position),
      asked.map(({ time = null }) => time),
      asked.map(({ joined }) => joined),
    ]),
  );
  const againValues = () => [...nameValues(again), again.map(({ due }) => due)];
  await runFor(again, () => sql.run(askEachAgain, againValues()));
  const numberValues = () => [...nameValues(numbers), numbers.map(({ at }) => at)];
  await runFor(numbers, () => sql.run(upsertLast, numberValues()));
}

async function runFor(rows: readonly unknown[], save: () => Promise<unknown>): Promise<void> {
  if (rows.length > 0) await save();
}
