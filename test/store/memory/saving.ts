import { keyText } from '../../../src/message/key.ts';
import type { Changes, UsedAlias } from '../../../src/store/adapter.ts';
import {
  lastMentionedAt,
  type Mentioned,
  pairText,
  type StoredMessage,
} from '../../../src/store/message-port.ts';
import type { Tables } from './database.ts';
import { saveQuestions } from './questions.ts';
import { addReceipts } from './receipts.ts';

export function saveChanges(tables: Tables, changes: Changes): void {
  for (const key of changes.removed) tables.messages.delete(keyText(key));
  for (const message of changes.messages) saveMessage(tables, message);
  for (const used of changes.aliases) saveAlias(tables, used);
  for (const mark of changes.marks) tables.marks.set(pairText(mark), mark);
  for (const mentioned of changes.mentioned) saveMentioned(tables, mentioned);
  for (const { number } of changes.withdrawnReceipts) tables.receipts.delete(String(number));
  addReceipts(tables, changes.receipts);
  saveTicks(tables, changes);
  saveQuestions(tables, changes.questions);
}

function saveMentioned({ mentioned: table }: Tables, mentioned: Mentioned): void {
  if (lastMentionedAt(mentioned.mentions) === undefined) table.delete(pairText(mentioned));
  else table.set(pairText(mentioned), mentioned);
}

function saveAlias({ aliases }: Tables, used: UsedAlias): void {
  const name = keyText(used.alias);
  if ((aliases.get(name)?.id ?? used.id) === used.id) aliases.set(name, used);
}

function saveTicks(tables: Tables, { withdrawnTicks, ticks }: Changes): void {
  const withdrawn = new Set(withdrawnTicks.map(keyText));
  tables.ticks.remove(({ tick, lease }) => lease === 0 && withdrawn.has(keyText(tick.key)));
  for (const { tick, due } of ticks) {
    const number = tables.next('tick');
    tables.ticks.set(String(number), { number, tick, due, lease: 0, tries: 0 });
  }
}

function saveMessage(
  { messages }: Tables,
  { tracked, position, wake, firstSeen }: StoredMessage,
): void {
  const name = keyText(tracked.key);
  messages.set(name, {
    tracked,
    position,
    wake,
    firstSeen: messages.get(name)?.firstSeen ?? firstSeen,
  });
}
