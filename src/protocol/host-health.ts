import type { Stamp } from '../message/time.ts';
import { type ModuleCounts, readCounts } from './module-counts.ts';
import { readNumber, wordsIn } from './words.ts';

/**
 * docs/protocol.md §2.1: how a host is set up, and how it is. `undefined` is what its module does not
 * say, for instance because it is older.
 */
export interface HostHealth {
  /** Sessions can have XEP-0198, so that it is known what a device has. */
  readonly acks: boolean | undefined;
  /** Modules that refuse what the bot writes to users who do not have it among their contacts. */
  readonly filters: readonly string[];
  /** What the server takes from us, in bytes; `undefined`: as much as we like. */
  readonly longestStanza: number | undefined;
  /** The number of components whose stanzas come on our stream; more than ours is wrong. */
  readonly sharing: number;
  /** What its clock says; `at` may be ahead of it, or behind. */
  readonly clock: Stamp | undefined;
  /** Bytes that we have not acknowledged, and how many it keeps. */
  readonly spool: number | undefined;
  readonly spoolLimit: number | undefined;
  /** Up to when facts were dropped. */
  readonly gap: Stamp | undefined;
  readonly counts: ModuleCounts;
}

export function readHealth(attrs: Readonly<Record<string, string | undefined>>): HostHealth {
  return {
    acks: attrs['acks'] === undefined ? undefined : attrs['acks'] === 'yes',
    filters: wordsIn(attrs['filters']),
    longestStanza: readNumber(attrs['longest-stanza']),
    sharing: readNumber(attrs['sharing']) ?? 1,
    clock: readNumber(attrs['clock']),
    spool: readNumber(attrs['spool']),
    spoolLimit: readNumber(attrs['spool-limit']),
    gap: readNumber(attrs['gap']),
    counts: readCounts(attrs['counts']),
  };
}
