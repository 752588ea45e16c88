import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { ChangedMessage, UsedAlias } from '../adapter.ts';
import { readRecord, writeRecord } from '../json-columns.ts';
import type { CoveredRange, StoredMessage } from '../message-port.ts';
import type { OpenPage, OpenPlace } from '../open-port.ts';
import type { KeptPage, Place } from '../record-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select:
    'SELECT number, record, position, wake, born FROM messages WHERE sender = ? AND recipient = ? AND id = ?',
  insert: `
    INSERT INTO messages (sender, recipient, id, record, position, wake, born)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  upsert: `
    INSERT INTO messages (sender, recipient, id, record, position, wake, born)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET record = excluded.record, position = excluded.position, wake = excluded.wake`,
  remove: 'DELETE FROM messages WHERE sender = ? AND recipient = ? AND id = ?',
  selectDue: 'SELECT sender, recipient, id FROM messages WHERE wake <= ? ORDER BY wake LIMIT ?',
  selectOpenTo: `
    SELECT sender, recipient, id, position, wake FROM messages INDEXED BY messages_of_recipient
    WHERE recipient = $recipient AND (sender, position) > ($sender, $position) AND position IS NOT NULL
    ORDER BY sender, position LIMIT $limit`,
  selectOpen: `
    SELECT sender, recipient, id, wake, rowid AS row, instr(record, '"kind":"kept"') > 0 AS isKept
    FROM messages WHERE wake IS NOT NULL AND (wake, rowid) > ($wake, $row) ORDER BY wake, rowid LIMIT $limit`,
  hasten: `
    UPDATE messages SET wake = $now WHERE rowid IN (
      SELECT rowid FROM messages WHERE wake > $now AND wake <= $until LIMIT $limit)`,
  lookLater: `
    UPDATE messages SET wake = $at
    WHERE sender = $sender AND recipient = $recipient AND id = $id AND wake < $at`,
  selectBetween: `
    SELECT id, number, record, position, wake, born FROM messages INDEXED BY messages_of_recipient
    WHERE recipient = ? AND sender = ? AND position > ? AND position <= ?`,
  selectLatestTo: `
    SELECT sender, recipient, id FROM messages INDEXED BY messages_of_recipient
    WHERE recipient = ? AND sender = ? AND position IS NOT NULL ORDER BY position DESC LIMIT ?`,
  // The page asks every few seconds: no more rows than it shows.
  selectNewest: `
    SELECT sender, recipient, id FROM (
      SELECT sender, recipient, id, position FROM messages
      WHERE position IS NOT NULL ORDER BY born DESC LIMIT ?)
    ORDER BY position DESC`,
  selectNewestAbout: `
    SELECT sender, recipient, id FROM (
      SELECT sender, recipient, id, position FROM messages ORDER BY born DESC LIMIT 10000)
    WHERE position IS NOT NULL AND $about IN (sender, recipient, id)
    ORDER BY position DESC LIMIT $limit`,
  selectRecent: `
    SELECT sender, recipient, id FROM (
      SELECT sender, recipient, id, position FROM messages ORDER BY born DESC LIMIT 10000)
    WHERE sender = ? AND position IS NOT NULL ORDER BY position DESC LIMIT ?`,
  // The newest to each of the sender's recipients, and of these the newest: never more rows than
  // recipients.
  selectLatest: `
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
    ORDER BY m.position DESC LIMIT $limit`,
  selectAlias: 'SELECT id FROM aliases WHERE sender = ? AND recipient = ? AND alias = ?',
  insertAlias: `
    INSERT INTO aliases (sender, recipient, alias, id, born) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET born = excluded.born WHERE id = excluded.id`,
} as const;

/** A message, and the number of its row. */
export interface NumberedMessage extends StoredMessage {
  readonly number: number;
}

interface Row {
  readonly number: number;
  readonly record: string;
  readonly position: Stamp | null;
  readonly wake: Millis | null;
  /** The column of `firstSeen`: stored files keep its name. */
  readonly born: Millis;
}

interface OpenRow extends MessageKey {
  readonly position: Stamp;
  readonly wake: Millis | null;
}

interface KeptRow extends MessageKey {
  readonly wake: Millis;
  readonly row: number;
  readonly isKept: 0 | 1;
}

/** The rows of messages, and their aliases. */
export class MessageRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  get(key: MessageKey): NumberedMessage | undefined {
    const row = this.#statements.select.get(key.sender, key.recipient, key.id) as Row | undefined;
    return row === undefined ? undefined : messageOf(key, row);
  }

  /** Answers the number of a message that is new. */
  put({ tracked, position = null, wake = null, firstSeen, isNew }: PutMessage): number | undefined {
    const { sender, recipient, id } = tracked.key;
    const { insert, upsert } = this.#statements;
    const put = isNew === true ? insert : upsert;
    const record = writeRecord(tracked);
    const { lastInsertRowid } = put.run(sender, recipient, id, record, position, wake, firstSeen);
    return isNew === true ? Number(lastInsertRowid) : undefined;
  }

  remove({ sender, recipient, id }: MessageKey): void {
    this.#statements.remove.run(sender, recipient, id);
  }

  /** The id that an alias stands for. */
  idOf({ sender, recipient, id }: MessageKey): string | undefined {
    const row = this.#statements.selectAlias.get(sender, recipient, id);
    return (row as { id: string } | undefined)?.id;
  }

  addAlias({ alias: { sender, recipient, id: alias }, id, usedAt }: UsedAlias): void {
    this.#statements.insertAlias.run(sender, recipient, alias, id, usedAt);
  }

  due(now: Millis, limit: number): readonly MessageKey[] {
    return this.#statements.selectDue.all(now, limit) as MessageKey[];
  }

  openTo(recipient: BareJid, after: OpenPlace, limit: number): OpenPage {
    const rows = this.#statements.selectOpenTo.all({ recipient, ...after, limit }) as OpenRow[];
    const open = rows.filter(({ wake }) => wake !== null);
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      keys: open.map(({ sender, id }) => ({ sender, recipient, id })),
      next: last && { sender: last.sender, position: last.position },
    };
  }

  kept(after: Place | undefined, limit: number): KeptPage {
    const [wake = -1, row = 0] = after?.split(' ').map(Number) ?? [];
    const rows = this.#statements.selectOpen.all({ wake, row, limit }) as KeptRow[];
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      keys: rows.filter(({ isKept }) => isKept === 1).map(keyOf),
      end: last && `${last.wake} ${last.row}`,
    };
  }

  hasten(now: Millis, until: Millis, limit: number): number {
    return this.#statements.hasten.run({ now, until, limit }).changes;
  }

  lookLater(key: MessageKey, at: Millis): void {
    this.#statements.lookLater.run({ ...key, at });
  }

  between({ sender, recipient, after, upTo }: CoveredRange): readonly NumberedMessage[] {
    const rows = this.#statements.selectBetween.all(recipient, sender, after, upTo);
    return (rows as (Row & { id: string })[]).map((row) =>
      messageOf({ sender, recipient, id: row.id }, row),
    );
  }

  latest(sender: BareJid, recipient: BareJid | undefined, limit: number): readonly MessageKey[] {
    if (recipient === undefined) return this.#latestToAll(sender, limit);
    return this.#statements.selectLatestTo.all(recipient, sender, limit) as MessageKey[];
  }

  newest(about: string | undefined, limit: number): readonly MessageKey[] {
    const { selectNewest, selectNewestAbout } = this.#statements;
    const rows =
      about === undefined ? selectNewest.all(limit) : selectNewestAbout.all({ about, limit });
    return rows as MessageKey[];
  }

  /** Who writes much is found among the newest of all, at no great cost. */
  #latestToAll(sender: BareJid, limit: number): readonly MessageKey[] {
    const recent = this.#statements.selectRecent.all(sender, limit) as MessageKey[];
    if (recent.length === limit) return recent;
    return this.#statements.selectLatest.all({ sender, limit }) as MessageKey[];
  }
}

/** What is not there is NULL. */
interface PutMessage extends Pick<ChangedMessage, 'tracked' | 'firstSeen' | 'isNew'> {
  readonly position?: Stamp | null | undefined;
  readonly wake?: Millis | null | undefined;
}

function keyOf({ sender, recipient, id }: KeptRow): MessageKey {
  return { sender, recipient, id };
}

function messageOf(
  key: MessageKey,
  { number, record, position, wake, born }: Row,
): NumberedMessage {
  return {
    number,
    tracked: readRecord(key, record),
    position: position ?? undefined,
    wake: wake ?? undefined,
    firstSeen: born,
  };
}
