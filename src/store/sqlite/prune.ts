import type { MessageKey } from '../../message/key.ts';
import type { Millis } from '../../message/time.ts';
import type { Pruned } from '../adapter.ts';
import { deadlineFrom, isWatch, isWatched, stampFrom } from '../spared.ts';
import type { PruneLimits } from '../upkeep-store.ts';
import { removeChunk, removing, type Step } from './chunks.ts';
import type { Database, Statement } from './database.ts';
import type { QuestionRows } from './questions.ts';
import { prepareAll } from './statements.ts';

const DAY = 86_400_000;

const PAIR = ['sender', 'recipient'];
const KEY = [...PAIR, 'id'];
const FROM = deadlineFrom('$before');
const FROM_STAMP = stampFrom('$before');

/** What belongs to a message of which its sender is to hear. */
const SPARED: Readonly<Record<string, string>> = {
  messages: isWatched('messages', KEY, FROM),
  aliases: isWatched('aliases', PAIR, FROM),
  read_up_to: isWatched('read_up_to', PAIR, FROM_STAMP),
  watches: isWatch(FROM_STAMP),
};

const OLDEST = oldest('messages', 'rowid', 'born');

const STATEMENTS = {
  // An id that came again keeps its row: it is as old as its newest sending.
  renew: `
    UPDATE messages SET born = position / 1000
    WHERE rowid IN (${OLDEST}) AND position >= $before * 1000`,
  removeOldest: `DELETE FROM messages WHERE rowid IN (${OLDEST}) RETURNING sender, recipient, id`,
  removeUnaccepted: `
    DELETE FROM messages WHERE rowid IN (
      SELECT rowid FROM messages WHERE position IS NULL AND born < $before LIMIT $room)
    RETURNING sender, recipient, id`,
  removeTooMany: `
    DELETE FROM messages WHERE rowid IN (
      SELECT rowid FROM messages WHERE position IS NULL ORDER BY born DESC LIMIT $room OFFSET $most)
    RETURNING sender, recipient, id`,
  removeTaken: removeOld('outbox', 'number', 'taken'),
  removeAliases: removeOld('aliases', 'sender, recipient, alias', 'born'),
  removeRead: removeOld('read_up_to', 'sender, recipient', 'at'),
  removeMentions: removeOld('mentions', 'sender, recipient', 'at'),
  removeForgotten: removeOld('forgotten', 'account', 'at'),
  removeTicks: removeOld('ticks', 'number', 'due'),
  removeWatches: removeOld('watches', 'sender, recipient, id', 'position'),
  removeNumbers: removeOld('question_numbers', 'recipient', 'at'),
} as const;

type Name = keyof typeof STATEMENTS;

function removeOld(table: string, key: string, age: string): string {
  return `DELETE FROM ${table} WHERE (${key}) IN (${oldest(table, key, age)})`;
}

/** The oldest rows of a table that are older than that and not spared. */
function oldest(table: string, key: string, age: string): string {
  return `
    SELECT ${key} FROM ${table} WHERE ${age} < $before AND NOT (${SPARED[table] ?? 'false'})
    ORDER BY ${age} LIMIT $room`;
}

/** Removes rows older than the retention time. */
export class Pruning {
  readonly #statements: Readonly<Record<Name, Statement>>;
  readonly #questions: QuestionRows;

  constructor(database: Database, questions: QuestionRows) {
    this.#statements = prepareAll(database, STATEMENTS);
    this.#questions = questions;
  }

  /**
   * Removes a chunk of what the limits let go, messages first. Answers which messages nobody is to
   * be asked about.
   */
  removeSome(limits: PruneLimits): Pruned {
    const { now, before, othersBefore = before, questionsBefore } = limits;
    const unasked: MessageKey[] = [];
    const removed = removeChunk([
      ...this.#messageSteps(limits, unasked),
      removing((room) => collect(unasked, this.#questions.askedBefore(questionsBefore, room))),
      this.#oldRows('removeTaken', now - DAY),
      this.#oldRows('removeAliases', before),
      this.#oldRows('removeRead', before * 1000),
      // After a day they hold back nothing, whatever the server's clock says.
      this.#oldRows('removeMentions', (now - 2 * DAY) * 1000),
      this.#oldRows('removeForgotten', othersBefore * 1000),
      this.#oldRows('removeTicks', othersBefore),
      this.#oldRows('removeNumbers', questionsBefore),
      this.#oldRows('removeWatches', before * 1000),
    ]);
    return { ...removed, unasked };
  }

  #messageSteps(limits: PruneLimits, gone: MessageKey[]): readonly Step[] {
    const { before, unacceptedBefore, maxUnaccepted: most } = limits;
    return [
      (room) => this.#removeOldest(before, room, gone),
      removing((room) =>
        collect(gone, this.#removeMessages('removeUnaccepted', { before: unacceptedBefore, room })),
      ),
      removing((room) => collect(gone, this.#removeMessages('removeTooMany', { most, room }))),
    ];
  }

  #removeOldest(before: Millis, room: number, gone: MessageKey[]): ReturnType<Step> {
    const renewed = this.#statements.renew.run({ before, room }).changes;
    const left = { before, room: room - renewed };
    const removed = collect(gone, this.#removeMessages('removeOldest', left));
    return { looked: renewed + removed, removed };
  }

  #removeMessages(name: Name, values: Readonly<Record<string, number>>): readonly MessageKey[] {
    return this.#statements[name].all(values) as MessageKey[];
  }

  #oldRows(name: Name, before: number): Step {
    return removing((room) => this.#statements[name].run({ before, room }).changes);
  }
}

/** Keeps the keys of what went, for the questions about it. Answers their number. */
function collect(into: MessageKey[], keys: readonly MessageKey[]): number {
  into.push(...keys);
  return keys.length;
}
