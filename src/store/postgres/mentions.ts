import { MENTIONED } from '../../receipt/mentions.ts';
import { lastMentionedAt, type Mentioned } from '../message-port.ts';
import { shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

const NAMES = MENTIONED.join(', ');

const PUT = `
  INSERT INTO mentions (shard, sender, recipient, at, ${NAMES})
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::bigint[],
    ${MENTIONED.map((_, index) => `$${index + 5}::bigint[]`).join(', ')})
  ON CONFLICT (shard, sender, recipient) DO UPDATE
  SET at = excluded.at, ${MENTIONED.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const REMOVE = `
  DELETE FROM mentions m USING unnest($1::smallint[], $2::text[], $3::text[]) AS k (shard, sender, recipient)
  WHERE (m.shard, m.sender, m.recipient) = (k.shard, k.sender, k.recipient)`;

/** What senders were told of their contacts lately, in words. */
export async function putMentions(sql: Sql, mentioned: readonly Mentioned[]): Promise<void> {
  const isEmpty = ({ mentions }: Mentioned) => lastMentionedAt(mentions) === undefined;
  await remove(sql, mentioned.filter(isEmpty));
  await put(
    sql,
    mentioned.filter((pair) => !isEmpty(pair)),
  );
}

async function put(sql: Sql, mentioned: readonly Mentioned[]): Promise<void> {
  if (mentioned.length === 0) return;
  await sql.run(PUT, [
    ...pairValues(mentioned),
    mentioned.map(({ mentions }) => lastMentionedAt(mentions)),
    ...MENTIONED.map((name) => mentioned.map(({ mentions }) => mentions[name] ?? null)),
  ]);
}

async function remove(sql: Sql, mentioned: readonly Mentioned[]): Promise<void> {
  if (mentioned.length > 0) await sql.run(REMOVE, pairValues(mentioned));
}

function pairValues(mentioned: readonly Mentioned[]): readonly (readonly unknown[])[] {
  return [
    mentioned.map(({ sender }) => shardOf(sender)),
    mentioned.map(({ sender }) => sender),
    mentioned.map(({ recipient }) => recipient),
  ];
}
