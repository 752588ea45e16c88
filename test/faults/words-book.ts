import type { Finding } from './finding.ts';
import type { Line } from './words.ts';

/** How many messages to a contact have come to a status, by `status address`. */
export type Counts = ReadonlyMap<string, number>;

export interface Balance {
  /** By the store. */
  readonly told: Counts;
  /** By the sender's client. */
  readonly heard: Counts;
  /** The server ended since the last comparison, and may have taken words with it. */
  readonly isExcused: boolean;
}

/**
 * Words name a contact, a status and a number, and not the id of a message: so it is counted
 * whether as much was heard as the store says was told. What was found once is no finding again.
 */
export class WordsBook {
  #known: Counts = new Map();

  compare({ told, heard, isExcused }: Balance): readonly Finding[] {
    return [...excess(told, heard)].flatMap(([what, by]): readonly Finding[] => {
      const known = this.#known.get(what) ?? 0;
      // What was missing, and comes late, is not too many.
      const tooMany = by - Math.max(0, known);
      const tooFew = Math.min(0, known) - by;
      if (tooMany > 0) return [{ sort: 'duplicated', says: `words: ${what}, ${tooMany} too many` }];
      if (tooFew <= 0) return [];
      const sort = isExcused ? 'taken with the server' : 'lost';
      return [{ sort, says: `words: ${what}, ${tooFew} too few`, mayPass: true }];
    });
  }

  /** From now on this difference is known. */
  close({ told, heard }: Pick<Balance, 'told' | 'heard'>): void {
    this.#known = excess(told, heard);
  }
}

export function countsOf(lines: readonly Line[]): Counts {
  const counts = new Map<string, number>();
  for (const { status, to, count } of lines) {
    const what = `${status} ${to}`;
    counts.set(what, (counts.get(what) ?? 0) + count);
  }
  return counts;
}

function excess(told: Counts, heard: Counts): Counts {
  const all = new Set([...told.keys(), ...heard.keys()]);
  return new Map([...all].map((what) => [what, (heard.get(what) ?? 0) - (told.get(what) ?? 0)]));
}
