import type { Policy } from '../../message/policy.ts';
import { strictest } from '../../message/policy.ts';
import { addressesLike, spellingFor } from '../../protocol/spelling/spelling.ts';
import type { Preferences } from '../../receipt/preferences.ts';

const readable = spellingFor([]);

/**
 * A column of preferences, with each exception in every spelling that a server may write. Where the
 * spellings had different policies, the stricter one holds. What needs no change stays as it was,
 * byte for byte, and so does what is damaged.
 */
export function inEachSpelling(column: string): string {
  const preferences = read(column);
  const { exceptions = {} } = preferences ?? {};
  const spelled = new Map<string, Policy>();
  for (const [peer, policy] of Object.entries(exceptions))
    for (const same of addressesLike(readable(peer)))
      spelled.set(same, strictest(spelled.get(same) ?? policy, policy));
  const isSpelled = Object.keys(exceptions).every((peer) => spelled.has(peer));
  if (isSpelled && spelled.size === Object.keys(exceptions).length) return column;
  return JSON.stringify({ ...preferences, exceptions: Object.fromEntries(spelled) });
}

/** `undefined`: the column is damaged. */
function read(column: string): Preferences | undefined {
  try {
    return JSON.parse(column) as Preferences;
  } catch {
    return undefined;
  }
}
