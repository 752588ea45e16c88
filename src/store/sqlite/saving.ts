import type { MessageKey } from '../../message/key.ts';
import type { ChangedMessage, Changes } from '../adapter.ts';
import type { JudgedRows } from './loading.ts';
import type { MessageRows } from './messages.ts';
import type { QuestionRows } from './questions.ts';
import type { TickRows } from './ticks.ts';

export interface SavedRows extends JudgedRows {
  readonly questions: QuestionRows;
  readonly ticks: TickRows;
}

/** The caller's transaction makes one of it. */
export function saveChanges(rows: SavedRows, changes: Changes): void {
  const { messages, marks, mentions, receipts, ticks, questions } = rows;
  for (const key of changes.removed) messages.remove(key);
  const numbers = putMessages(messages, changes.messages);
  for (const alias of changes.aliases) messages.addAlias(alias);
  for (const mark of changes.marks) marks.put(mark);
  for (const mentioned of changes.mentioned) mentions.put(mentioned);
  for (const unsent of changes.withdrawnReceipts) receipts.withdraw(unsent);
  receipts.addAll(changes.receipts, numbers);
  for (const key of changes.withdrawnTicks) ticks.withdraw(key);
  for (const { tick, due } of changes.ticks) ticks.add(tick, due);
  questions.save(changes.questions);
}

/** Answers the numbers of those that are new. */
function putMessages(
  rows: MessageRows,
  messages: readonly ChangedMessage[],
): ReadonlyMap<MessageKey, number> {
  const numbers = new Map<MessageKey, number>();
  for (const message of messages) {
    const number = rows.put(message);
    if (number !== undefined) numbers.set(message.tracked.key, number);
  }
  return numbers;
}
