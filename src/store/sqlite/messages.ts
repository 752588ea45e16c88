import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import { EMPTY_RECORD } from '../../message/record.ts';
import type { ReadUpTo } from '../../message/status.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Tracked } from '../../receipt/tracked.ts';
import { readRecord, writeRecord } from '../json-columns.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const SELECT =
  'SELECT record, position, wake, born FROM messages WHERE sender = ? AND recipient = ? AND id = ?';
const UPSERT = `
  INSERT INTO messages (sender, recipient, id, record, position, wake, born)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET record = excluded.record, position = excluded.position, wake = excluded.wake`;
const DELETE = 'DELETE FROM messages WHERE sender = ? AND recipient = ? AND id = ?';
const SELECT_DUE =
  'SELECT sender, recipient, id FROM messages WHERE wake <= ? ORDER BY wake LIMIT ?';
const SELECT_BETWEEN = `
  SELECT sender, recipient, id FROM messages INDEXED BY messages_of_recipient
  WHERE recipient = ? AND sender = ? AND position > ? AND position <= ?`;
const SELECT_LATEST_TO = `
  SELECT sender, recipient, id FROM messages INDEXED BY messages_of_recipient
  WHERE recipient = ? AND sender = ? AND position IS NOT NULL ORDER BY position DESC LIMIT ?`;
const SELECT_RECENT = `
  SELECT sender, recipient, id FROM (
    SELECT sender, recipient, id, position FROM messages ORDER BY born DESC LIMIT 10000)
  WHERE sender = ? AND position IS NOT NULL ORDER BY position DESC LIMIT ?`;
/** The newest to each of the sender's recipients, and of these the newest: never more rows than recipients. */
const SELECT_LATEST = `
  WITH RECURSIVE recipients (recipient) AS (
    SELECT min(recipient) FROM messages WHERE sender = $sender
    UNION ALL
    SELECT (SELECT min(recipient) FROM messages WHERE sender = $sender AND recipient > recipients.recipient)
    FROM recipients WHERE recipient IS NOT NULL LIMIT 1000
  )
  SELECT m.sender, m.recipient, m.id FROM recipients r, messages m
  WHERE m.rowid IN (
    SELECT rowid FROM messages INDEXED BY messages_of_recipient
    WHERE recipient = r.recipient AND sender = $sender AND position IS NOT NULL
    ORDER BY position DESC LIMIT $limit)
  ORDER BY m.position DESC LIMIT $limit`;
const SELECT_ALIAS = 'SELECT id FROM aliases WHERE sender = ? AND recipient = ? AND alias = ?';
const INSERT_ALIAS = `
  INSERT INTO aliases (sender, recipient, alias, id, born) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET born = excluded.born WHERE id = excluded.id`;
const SELECT_READ = 'SELECT position, at FROM read_up_to WHERE sender = ? AND recipient = ?';
const UPSERT_READ = `
  INSERT INTO read_up_to (sender, recipient, position, at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET position = excluded.position, at = excluded.at`;
const SELECT_FORGOTTEN = 'SELECT at FROM forgotten WHERE account = ?';
const SELECT_ANY_FORGOTTEN = 'SELECT 1 FROM forgotten LIMIT 1';

interface Row {
  readonly record: string;
  readonly position: Stamp | null;
  readonly wake: Millis | null;
  readonly born: Millis;
}

/** A message as it lies in the store; `wake` and `born` are absent for one that is not there yet. */
export interface MessageRow {
  readonly tracked: Tracked;
  readonly isAccepted: boolean;
  readonly wake?: Millis;
  readonly born?: Millis;
}

/** The rows of messages, their aliases, and how far each pair has read. */
export class Messages {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** The message of that key, one that is empty if there is none. */
  get(key: MessageKey): MessageRow {
    const row = this.#statements.select.get(key.sender, key.recipient, key.id) as Row | undefined;
    if (row === undefined)
      return { tracked: { key, record: EMPTY_RECORD, told: [] }, isAccepted: false };
    const wake = row.wake === null ? {} : { wake: row.wake };
    return {
      tracked: readRecord(key, row.record),
      isAccepted: row.position !== null,
      born: row.born,
      ...wake,
    };
  }

  /** The message of that id or, if there is none, of that origin-id. */
  resolve(key: MessageKey): MessageRow {
    const kept = this.get(key);
    if (kept.born !== undefined) return kept;
    const alias = this.#statements.selectAlias.get(key.sender, key.recipient, key.id) as
      | { id: string }
      | undefined;
    return alias === undefined ? kept : this.get({ ...key, id: alias.id });
  }

  find(key: MessageKey): { tracked: Tracked; readUpTo: ReadUpTo | undefined } | undefined {
    const { tracked, born } = this.resolve(key);
    return born === undefined ? undefined : { tracked, readUpTo: this.readUpTo(tracked.key) };
  }

  put(
    tracked: Tracked,
    row: { position: Stamp | undefined; wake: Millis | undefined; born: Millis },
  ): void {
    const { sender, recipient, id } = tracked.key;
    const { position = null, wake = null, born } = row;
    this.#statements.upsert.run(sender, recipient, id, writeRecord(tracked), position, wake, born);
  }

  remove({ sender, recipient, id }: MessageKey): void {
    this.#statements.remove.run(sender, recipient, id);
  }

  addAlias({ sender, recipient, id }: MessageKey, alias: string, now: Millis): void {
    this.#statements.insertAlias.run(sender, recipient, alias, id, now);
  }

  due(now: Millis, limit: number): readonly MessageKey[] {
    return this.#statements.selectDue.all(now, limit) as MessageKey[];
  }

  /** The pair's messages that stand after one position and up to another. */
  between({ sender, recipient }: MessageKey, after: Stamp, upTo: Stamp): readonly MessageKey[] {
    return this.#statements.selectBetween.all(recipient, sender, after, upTo) as MessageKey[];
  }

  /** The sender's newest messages to one recipient. */
  latestTo(sender: BareJid, recipient: BareJid, limit: number): readonly MessageKey[] {
    return this.#statements.selectLatestTo.all(recipient, sender, limit) as MessageKey[];
  }

  /** The sender's newest messages to all recipients. Who writes much is found among the newest of all, at no great cost. */
  latest(sender: BareJid, limit: number): readonly MessageKey[] {
    const recent = this.#statements.selectRecent.all(sender, limit) as MessageKey[];
    if (recent.length === limit) return recent;
    return this.#statements.selectLatest.all({ sender, limit }) as MessageKey[];
  }

  readUpTo({ sender, recipient }: MessageKey): ReadUpTo | undefined {
    return this.#statements.selectRead.get(sender, recipient) as ReadUpTo | undefined;
  }

  setReadUpTo({ sender, recipient }: MessageKey, { position, at }: ReadUpTo): void {
    this.#statements.upsertRead.run(sender, recipient, position, at);
  }

  /** Was any account ever deleted that is still remembered? Mostly none, and then nobody need be looked up. */
  isAnyForgotten(): boolean {
    return this.#statements.selectAnyForgotten.get() !== undefined;
  }

  /** When the account was deleted, if it was. */
  forgottenAt(account: BareJid): Stamp | undefined {
    return (this.#statements.selectForgotten.get(account) as { at: Stamp } | undefined)?.at;
  }
}

const STATEMENTS = {
  select: SELECT,
  upsert: UPSERT,
  remove: DELETE,
  selectDue: SELECT_DUE,
  selectBetween: SELECT_BETWEEN,
  selectLatestTo: SELECT_LATEST_TO,
  selectRecent: SELECT_RECENT,
  selectLatest: SELECT_LATEST,
  selectAlias: SELECT_ALIAS,
  insertAlias: INSERT_ALIAS,
  selectRead: SELECT_READ,
  upsertRead: UPSERT_READ,
  selectForgotten: SELECT_FORGOTTEN,
  selectAnyForgotten: SELECT_ANY_FORGOTTEN,
} as const;
