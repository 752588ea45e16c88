import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Pruned } from '../adapter.ts';
import { deadlineFrom, isWatch, isWatched, stampFrom } from '../spared.ts';
import type { PruneLimits } from '../upkeep-store.ts';
import { removeChunk, removing, type Step } from './chunks.ts';
import type { QuestionRows } from './questions.ts';
import { ALL_SHARDS } from './shards.ts';
import type { Sql } from './sql.ts';

const DAY = 86_400_000;

const MESSAGE = 'shard, sender, recipient, id';

const PAIR = ['shard', 'sender', 'recipient'];
const KEY = [...PAIR, 'id'];
const FROM = deadlineFrom('$2::double precision');
const FROM_STAMP = stampFrom('$2::bigint');

/** What belongs to a message of which its sender is to hear. */
const SPARED: Readonly<Record<string, string>> = {
  messages: isWatched('messages', KEY, FROM),
  aliases: isWatched('aliases', PAIR, FROM),
  read_up_to: isWatched('read_up_to', PAIR, FROM_STAMP),
  watches: isWatch(FROM_STAMP),
};

/** The oldest rows of each shard that are older than $2 and not spared, at most $3. */
function oldest(table: string, key: string, age: string): string {
  return `
    SELECT f.* FROM unnest($1::smallint[]) AS s (shard) CROSS JOIN LATERAL (
      SELECT ${key} FROM ${table}
      WHERE shard = s.shard AND ${age} < $2 AND NOT (${SPARED[table] ?? 'false'})
      ORDER BY ${age} LIMIT $3) f
    LIMIT $3`;
}

function removeOld(table: string, key: string, age: string): string {
  return `DELETE FROM ${table} WHERE (${key}) IN (${oldest(table, key, age)})`;
}

// An id that came again keeps its row: it is as old as its newest sending.
const RENEW = `
  UPDATE messages SET born = position / 1000::double precision
  WHERE (${MESSAGE}) IN (${oldest('messages', MESSAGE, 'born')}) AND position >= $2 * 1000`;

const REMOVE_OLDEST = `${removeOld('messages', MESSAGE, 'born')} RETURNING sender, recipient, id`;

const REMOVE_UNACCEPTED = `
  DELETE FROM messages WHERE (${MESSAGE}) IN (
    SELECT ${MESSAGE} FROM messages WHERE position IS NULL AND born < $1 ORDER BY born LIMIT $2)
  RETURNING sender, recipient, id`;

const REMOVE_TOO_MANY = `
  DELETE FROM messages WHERE (${MESSAGE}) IN (
    SELECT ${MESSAGE} FROM messages WHERE position IS NULL ORDER BY born DESC LIMIT $2 OFFSET $1)
  RETURNING sender, recipient, id`;

const REMOVE_FORGOTTEN = `
  DELETE FROM forgotten WHERE account IN (
    SELECT account FROM forgotten WHERE at < $1 ORDER BY at LIMIT $2)`;

const REMOVE_TAKEN = removeOld('outbox', 'shard, number', 'taken');
const REMOVE_ALIASES = removeOld('aliases', 'shard, sender, recipient, alias', 'born');
const REMOVE_READ = removeOld('read_up_to', 'shard, sender, recipient', 'at');
const REMOVE_MENTIONS = removeOld('mentions', 'shard, sender, recipient', 'at');
const REMOVE_TICKS = removeOld('ticks', 'shard, number', 'due');
const REMOVE_WATCHES = removeOld('watches', MESSAGE, 'position');
const REMOVE_NUMBERS = removeOld('question_numbers', 'shard, recipient', 'at');

/** Removes rows older than the retention time. */
export class Pruning {
  readonly #sql: Sql;
  readonly #questions: QuestionRows;

  constructor(sql: Sql, questions: QuestionRows) {
    this.#sql = sql;
    this.#questions = questions;
  }

  async removeSome(limits: PruneLimits): Promise<Pruned> {
    const { now, before, othersBefore = before, questionsBefore } = limits;
    const unasked: MessageKey[] = [];
    const removed = await removeChunk([
      ...this.#messageSteps(limits, unasked),
      removing((room) => collect(unasked, this.#questions.askedBefore(questionsBefore, room))),
      this.#oldRows(REMOVE_TAKEN, now - DAY),
      this.#oldRows(REMOVE_ALIASES, before),
      this.#oldRows(REMOVE_READ, stampOf(before)),
      // After a day they hold back nothing, whatever the server's clock says.
      this.#oldRows(REMOVE_MENTIONS, stampOf(now - 2 * DAY)),
      removing((room) => this.#sql.run(REMOVE_FORGOTTEN, [stampOf(othersBefore), room])),
      this.#oldRows(REMOVE_TICKS, othersBefore),
      this.#oldRows(REMOVE_NUMBERS, questionsBefore),
      this.#oldRows(REMOVE_WATCHES, stampOf(before)),
    ]);
    return { ...removed, unasked };
  }

  #messageSteps(limits: PruneLimits, gone: MessageKey[]): readonly Step[] {
    const { before, unacceptedBefore, maxUnaccepted } = limits;
    return [
      (room) => this.#removeOldest(before, room, gone),
      removing((room) =>
        collect(gone, this.#sql.rows(REMOVE_UNACCEPTED, [unacceptedBefore, room])),
      ),
      removing((room) => collect(gone, this.#sql.rows(REMOVE_TOO_MANY, [maxUnaccepted, room]))),
    ];
  }

  async #removeOldest(before: Millis, room: number, gone: MessageKey[]): ReturnType<Step> {
    const renewed = await this.#sql.run(RENEW, [ALL_SHARDS, before, room]);
    const values = [ALL_SHARDS, before, room - renewed];
    const removed = await collect(gone, this.#sql.rows(REMOVE_OLDEST, values));
    return { looked: renewed + removed, removed };
  }

  #oldRows(statement: string, before: number): Step {
    return removing((room) => this.#sql.run(statement, [ALL_SHARDS, before, room]));
  }
}

/** A time may have parts of a microsecond, a stamp has none. */
function stampOf(time: Millis): Stamp {
  return Math.ceil(time * 1000);
}

async function collect(into: MessageKey[], keys: Promise<readonly MessageKey[]>): Promise<number> {
  const found = await keys;
  into.push(...found);
  return found.length;
}
