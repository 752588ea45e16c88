import type { BareJid } from '../../message/jid.ts';
import type { Stamp } from '../../message/time.ts';
import { MENTIONED_AHEAD } from '../message-port.ts';
import type { Removed } from '../upkeep-store.ts';
import { removeChunk, removing } from './chunks.ts';
import type { Database, Statement } from './database.ts';
import type { ReceiptRows } from './receipts.ts';

const REMEMBER = `
  INSERT INTO forgotten (account, at) VALUES ($account, $at)
  ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at`;

/**
 * Where the message stands or, if it is not known to be accepted, its first fact. A damaged record
 * goes first.
 */
const SEEN_AT = `coalesce(position,
  json_extract(CASE WHEN json_valid(record) THEN record END, '$.facts[0].at'), 0)`;

/** Messages go first: nothing can be made of them any more while the rest goes. */
const OF_MESSAGES = ['sender', 'recipient'].map((column) =>
  removeOf('messages', 'rowid', `${column} = $account AND ${SEEN_AT} <= $at`),
);

// A statement for each column: then each finds its rows by an index.
const OF_THE_REST = ['sender', 'recipient'].flatMap((column) => [
  removeOf(
    'aliases',
    'sender, recipient, alias',
    `${column} = $account AND NOT EXISTS (
       SELECT 1 FROM messages m WHERE m.sender = aliases.sender AND m.recipient = aliases.recipient AND m.id = aliases.id)`,
  ),
  removeOf('read_up_to', 'sender, recipient', `${column} = $account AND position <= $at`),
  removeOf(
    'mentions',
    'sender, recipient',
    `${column} = $account AND at <= $at + ${MENTIONED_AHEAD}`,
  ),
  removeOf('ticks', 'number', `${column} = $account AND due <= $at / 1000`),
  removeOf('watches', 'sender, recipient, id', `${column} = $account AND position <= $at`),
  removeOf('asked_messages', 'recipient, sender, id', `${column} = $account AND position <= $at`),
]);

const OF_CONTACTS = removeOf(
  'contacts',
  'account, address',
  'account = $account AND born <= $at / 1000',
);

const OF_QUESTIONS = [
  removeOf('question_numbers', 'recipient', 'recipient = $account AND at <= $at / 1000'),
  ...['sender', 'recipient'].map((column) =>
    removeOf(
      'questions',
      'recipient, number',
      `${column} = $account AND NOT EXISTS (
         SELECT 1 FROM asked_messages m WHERE m.recipient = questions.recipient AND m.number = questions.number)`,
    ),
  ),
];

function removeOf(table: string, key: string, condition: string): string {
  return `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT $room)`;
}

/** Removes what is known of an account. */
export class AccountRows {
  readonly #remember: Statement;
  readonly #messages: readonly Statement[];
  readonly #rest: readonly Statement[];
  readonly #receipts: ReceiptRows;

  constructor(database: Database, receipts: ReceiptRows) {
    const prepared = (statements: readonly string[]) =>
      statements.map((statement) => database.prepare(statement));
    this.#remember = database.prepare(REMEMBER);
    this.#messages = prepared(OF_MESSAGES);
    this.#rest = prepared([...OF_THE_REST, ...OF_QUESTIONS, OF_CONTACTS]);
    this.#receipts = receipts;
  }

  /**
   * A chunk of what is known up to a stamp goes. The stamp is remembered, so that late facts do not
   * bring the account back.
   */
  forget(account: BareJid, at: Stamp): Removed {
    this.#remember.run({ account, at });
    const stepOf = (statement: Statement) =>
      removing((room) => statement.run({ account, at, room }).changes);
    return removeChunk([
      ...this.#messages.map(stepOf),
      removing((room) => this.#receipts.forget(account, at, room)),
      ...this.#rest.map(stepOf),
    ]);
  }
}
