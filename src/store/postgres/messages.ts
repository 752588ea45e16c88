import type { BareJid } from '../../message/jid.ts';
import { keyText, type MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Audience } from '../../receipt/audience.ts';
import type { UsedAlias } from '../adapter.ts';
import { readRecord, writeRecord } from '../json-columns.ts';
import type {
  Alias,
  CoveredRange,
  LoadedMessage,
  StoredMessage,
  UnsentReceipt,
} from '../message-port.ts';
import type { OpenPage, OpenPlace } from '../open-port.ts';
import type { KeptPage, Place } from '../record-store.ts';
import { keyValues } from './keys.ts';
import * as SQL from './message-statements.ts';
import { ALL_SHARDS, shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

interface Row extends MessageKey {
  readonly record: string;
  readonly position: Stamp | null;
  readonly wake: Millis | null;
  readonly server: string;
  /** The column of `firstSeen`: stored files keep its name. */
  readonly born: Millis;
}

interface UnsentRow extends MessageKey, Omit<UnsentReceipt, 'audience'> {
  readonly audience: Audience | null;
}

interface OpenRow extends MessageKey {
  readonly position: Stamp;
  readonly wake: Millis | null;
}

interface KeptRow extends MessageKey {
  readonly wake: Millis;
  readonly kept: boolean;
}

/** The rows of messages, and their aliases. */
export class MessageRows {
  readonly #sql: Sql;
  readonly #servers: readonly string[];

  /** Messages that wait for the clock of one of these servers are to be looked at by us. */
  constructor(sql: Sql, servers: readonly string[]) {
    this.#sql = sql;
    this.#servers = servers;
  }

  async get(keys: readonly MessageKey[]): Promise<readonly LoadedMessage[]> {
    if (keys.length === 0) return [];
    return this.#withUnsent(await this.#sql.rows<Row>(SQL.SELECT, keyValues(keys)));
  }

  async between(ranges: readonly CoveredRange[]): Promise<readonly LoadedMessage[]> {
    if (ranges.length === 0) return [];
    const rows = await this.#sql.rows<Row>(SQL.SELECT_COVERED, [
      ranges.map(({ sender }) => sender),
      ranges.map(({ recipient }) => recipient),
      ranges.map(({ after }) => after),
      ranges.map(({ upTo }) => upTo),
    ]);
    return this.#withUnsent(rows);
  }

  async aliases(keys: readonly MessageKey[]): Promise<readonly Alias[]> {
    if (keys.length === 0) return [];
    const rows = await this.#sql.rows<MessageKey & { alias: string }>(
      SQL.SELECT_ALIASES,
      keyValues(keys),
    );
    return rows.map(({ sender, recipient, alias, id }) => ({
      alias: { sender, recipient, id: alias },
      id,
    }));
  }

  async put(messages: readonly StoredMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#sql.run(SQL.UPSERT, [
      ...keyValues(messages.map(({ tracked }) => tracked.key)),
      messages.map(({ tracked }) => writeRecord(tracked)),
      messages.map(({ position = null }) => position),
      messages.map(seenAt),
      messages.map(isKept),
      messages.map(({ wake = null }) => wake),
      messages.map(({ server = '' }) => server),
      messages.map(({ firstSeen }) => firstSeen),
    ]);
  }

  async remove(keys: readonly MessageKey[]): Promise<void> {
    if (keys.length > 0) await this.#sql.run(SQL.REMOVE, keyValues(keys));
  }

  async addAliases(aliases: readonly UsedAlias[]): Promise<void> {
    if (aliases.length === 0) return;
    await this.#sql.run(SQL.UPSERT_ALIASES, [
      ...keyValues(aliases.map(({ alias }) => alias)),
      aliases.map(({ id }) => id),
      aliases.map(({ usedAt }) => usedAt),
    ]);
  }

  latest(
    sender: BareJid,
    recipient: BareJid | undefined,
    limit: number,
  ): Promise<readonly MessageKey[]> {
    if (recipient === undefined)
      return this.#sql.rows(SQL.SELECT_LATEST, [shardOf(sender), sender, limit]);
    return this.#sql.rows(SQL.SELECT_LATEST_TO, [sender, recipient, limit]);
  }

  newest(about: string | undefined, limit: number): Promise<readonly MessageKey[]> {
    if (about === undefined) return this.#sql.rows(SQL.SELECT_NEWEST, [ALL_SHARDS, limit]);
    return this.#sql.rows(SQL.SELECT_NEWEST_ABOUT, [ALL_SHARDS, limit, about]);
  }

  due(now: Millis, limit: number): Promise<readonly MessageKey[]> {
    return this.#sql.rows(SQL.SELECT_DUE, [ALL_SHARDS, this.#servers, now, limit]);
  }

  async openTo(recipient: BareJid, after: OpenPlace, limit: number): Promise<OpenPage> {
    const values = [recipient, after.sender, after.position, limit];
    const rows = await this.#sql.rows<OpenRow>(SQL.SELECT_OPEN_TO, values);
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      keys: rows.filter(({ wake }) => wake !== null).map(keyOf),
      next: last && { sender: last.sender, position: last.position },
    };
  }

  async kept(after: Place | undefined, limit: number): Promise<KeptPage> {
    const place = after === undefined ? [-1, '', '', ''] : (JSON.parse(after) as unknown[]);
    const values = [ALL_SHARDS, this.#servers, ...place, limit];
    const rows = await this.#sql.rows<KeptRow>(SQL.SELECT_KEPT, values);
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      keys: rows.filter(({ kept }) => kept).map(keyOf),
      end: last && JSON.stringify([last.wake, last.sender, last.recipient, last.id]),
    };
  }

  hasten(now: Millis, until: Millis, limit: number): Promise<number> {
    return this.#sql.run(SQL.HASTEN, [ALL_SHARDS, this.#servers, now, until, limit]);
  }

  async lookLater({ sender, recipient, id }: MessageKey, at: Millis): Promise<void> {
    await this.#sql.run(SQL.LOOK_LATER, [shardOf(sender), sender, recipient, id, at]);
  }

  /** A message of which nothing was told has no receipts. */
  async #withUnsent(rows: readonly Row[]): Promise<readonly LoadedMessage[]> {
    const messages = rows.map(messageOf);
    const told = messages.filter(({ tracked }) => tracked.told.length > 0);
    const unsent = await this.#unsent(told.map(({ tracked }) => tracked.key));
    return messages.map((message) => ({
      ...message,
      unsent: unsent.get(keyText(message.tracked.key)) ?? [],
    }));
  }

  async #unsent(keys: readonly MessageKey[]): Promise<Map<string, readonly UnsentReceipt[]>> {
    const found = new Map<string, UnsentReceipt[]>();
    if (keys.length === 0) return found;
    const rows = await this.#sql.rows<UnsentRow>(SQL.SELECT_UNSENT, keyValues(keys));
    for (const { number, status, audience, at, ...key } of rows) {
      const of = found.get(keyText(key)) ?? [];
      found.set(keyText(key), of);
      of.push({ number, status, audience: audience ?? undefined, at });
    }
    return found;
  }
}

function keyOf({ sender, recipient, id }: MessageKey): MessageKey {
  return { sender, recipient, id };
}

function messageOf({ record, position, wake, server, born, ...key }: Row): StoredMessage {
  return {
    tracked: readRecord(key, record),
    position: position ?? undefined,
    wake: wake ?? undefined,
    server,
    firstSeen: born,
  };
}

function seenAt({ tracked, position }: StoredMessage): Stamp {
  return position ?? tracked.record.facts[0]?.at ?? 0;
}

function isKept({ tracked }: StoredMessage): boolean {
  return tracked.record.facts.some(({ kind }) => kind === 'kept');
}
