import type { BareJid } from '../../message/jid.ts';

/**
 * Rows are spread over so many shards, so that what is due is not found in one index that everybody
 * writes. The number stands in the keys: it never changes.
 */
export const SHARDS = 16;

export const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/** Each shard ($1) with each domain ($2). All that is due is found by going along these. */
export const PLACES =
  'unnest($1::smallint[]) AS s (shard) CROSS JOIN unnest($2::text[]) AS d (domain)';

/** Where the rows of an account are. FNV-1a: the same on every machine and in every version. */
export function shardOf(account: BareJid): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(account)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % SHARDS;
}
