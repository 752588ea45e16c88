import type { MessageKey } from '../../message/key.ts';
import { shardOf } from './shards.ts';

/** Keys of messages as a table `k`, whose first parameter is number `first`. */
export function keyTable(first = 1): string {
  const [shard, sender, recipient, id] = [first, first + 1, first + 2, first + 3];
  return `unnest($${shard}::smallint[], $${sender}::text[], $${recipient}::text[], $${id}::text[])
    AS k (shard, sender, recipient, id)`;
}

/** Its parameters; the shard is that of the sender. */
export function keyValues(keys: readonly MessageKey[]): readonly (readonly unknown[])[] {
  return keyValuesBy(keys, 'sender');
}

/** The same; the shard is that of who is asked. */
export function askedKeyValues(keys: readonly MessageKey[]): readonly (readonly unknown[])[] {
  return keyValuesBy(keys, 'recipient');
}

function keyValuesBy(
  keys: readonly MessageKey[],
  owner: 'sender' | 'recipient',
): readonly (readonly unknown[])[] {
  return [
    keys.map((key) => shardOf(key[owner])),
    keys.map(({ sender }) => sender),
    keys.map(({ recipient }) => recipient),
    keys.map(({ id }) => id),
  ];
}
