import type { BareJid } from '../../message/jid.ts';
import { keyText, type MessageKey } from '../../message/key.ts';
import type { Stamp } from '../../message/time.ts';
import { MENTIONED, type Mentions } from '../../receipt/mentions.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { readPreferences } from '../json-columns.ts';
import {
  distinctPairs,
  type Loaded,
  type Mark,
  type Mentioned,
  mentionsIn,
  type Pair,
  type Wanted,
} from '../message-port.ts';
import type { MessageRows } from './messages.ts';
import { shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const SELECT_PAIRS = `
  SELECT k.sender, k.recipient, r.position, r.at, r.time,
    m.at AS mentioned, ${MENTIONED.map((name) => `m.${name}`).join(', ')}
  FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k (shard, sender, recipient)
  LEFT JOIN read_up_to r USING (shard, sender, recipient)
  LEFT JOIN mentions m USING (shard, sender, recipient)
  WHERE r.position IS NOT NULL OR m.at IS NOT NULL`;

const SELECT_PEOPLE = `
  SELECT account, preferences, NULL::bigint AS at FROM preferences WHERE account = ANY($1)
  UNION ALL
  SELECT account, NULL, at FROM forgotten WHERE account = ANY($1)`;

/** As many statements as there are kinds of things, whatever the number of messages. */
export async function loadMessages(
  sql: Sql,
  rows: MessageRows,
  { messages: ids, named }: Wanted,
): Promise<Loaded> {
  const wanted = [...ids, ...named];
  const messages = await rows.get(distinct(wanted));
  const found = new Set(messages.map(({ tracked }) => keyText(tracked.key)));
  const aliases = await rows.aliases(distinct(named.filter((key) => !found.has(keyText(key)))));
  const meant = aliases.map(({ alias, id }) => ({ ...alias, id }));
  const others = await rows.get(distinct(meant.filter((key) => !found.has(keyText(key)))));
  return {
    messages: [...messages, ...others],
    aliases,
    ...(await pairsOf(sql, wanted)),
    ...(await peopleOf(sql, wanted)),
  };
}

function distinct(keys: readonly MessageKey[]): readonly MessageKey[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

interface PairRow extends Pair, Readonly<Record<keyof Mentions, Stamp | null>> {
  readonly position: Stamp | null;
  readonly at: Stamp | null;
  readonly time: Stamp | null;
  readonly mentioned: Stamp | null;
}

async function pairsOf(
  sql: Sql,
  keys: readonly Pair[],
): Promise<Pick<Loaded, 'marks' | 'mentioned'>> {
  const pairs = distinctPairs(keys);
  if (pairs.length === 0) return { marks: [], mentioned: [] };
  const rows = await sql.rows<PairRow>(SELECT_PAIRS, [
    pairs.map(({ sender }) => shardOf(sender)),
    pairs.map(({ sender }) => sender),
    pairs.map(({ recipient }) => recipient),
  ]);
  return { marks: rows.flatMap(markIn), mentioned: rows.flatMap(mentionedIn) };
}

function markIn({ sender, recipient, position, at, time }: PairRow): readonly Mark[] {
  if (position === null || at === null) return [];
  return [{ sender, recipient, readUpTo: { position, at, time: time ?? undefined } }];
}

function mentionedIn(row: PairRow): readonly Mentioned[] {
  const { sender, recipient, mentioned } = row;
  return mentioned === null ? [] : [{ sender, recipient, mentions: mentionsIn(row) }];
}

interface PersonRow {
  readonly account: BareJid;
  readonly preferences: string | null;
  readonly at: Stamp | null;
}

async function peopleOf(
  sql: Sql,
  keys: readonly Pair[],
): Promise<Pick<Loaded, 'preferences' | 'forgotten'>> {
  const accounts = [...new Set(keys.flatMap(({ sender, recipient }) => [sender, recipient]))];
  const preferences = new Map<BareJid, Preferences>();
  const forgotten = new Map<BareJid, Stamp>();
  if (accounts.length === 0) return { preferences, forgotten };
  for (const row of await sql.rows<PersonRow>(SELECT_PEOPLE, [accounts])) {
    if (row.preferences !== null) preferences.set(row.account, readPreferences(row.preferences));
    if (row.at !== null) forgotten.set(row.account, row.at);
  }
  return { preferences, forgotten };
}
