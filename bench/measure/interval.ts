/** A median, and the limits between which the true one lies with a confidence of 95 %. */
export interface MedianInterval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** What may be missed, on each side. */
const TAIL = 0.025;

/**
 * By order statistics, whatever the distribution: of n values as many lie below the true median as
 * heads are thrown with n coins. With fewer than six values the limits are the least and the most,
 * and less sure.
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const cut = Math.max(0, leastSurprising(count) - 1);
  return {
    median: ((sorted[(count - 1) >> 1] ?? Number.NaN) + (sorted[count >> 1] ?? Number.NaN)) / 2,
    low: sorted[cut] ?? Number.NaN,
    high: sorted[count - 1 - cut] ?? Number.NaN,
    count,
  };
}

/** The least number of heads of `coins` that is not among the rarest 2.5 %. */
function leastSurprising(coins: number): number {
  let chance = 2 ** -coins;
  let atMost = chance;
  let heads = 0;
  while (atMost <= TAIL) {
    chance *= (coins - heads) / (heads + 1);
    heads += 1;
    atMost += chance;
  }
  return heads;
}

export type Verdict = 'met' | 'missed' | 'undecided';

/** A goal that lies inside the limits was neither met nor missed. */
export function atLeast(least: number, { low, high }: MedianInterval): Verdict {
  if (low >= least) return 'met';
  return high < least ? 'missed' : 'undecided';
}

export function atMost(most: number, { low, high }: MedianInterval): Verdict {
  if (high <= most) return 'met';
  return low > most ? 'missed' : 'undecided';
}

/** Of a figure without an interval. */
export function verdictOf(isMet: boolean): Verdict {
  return isMet ? 'met' : 'missed';
}
