/** Several measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** The value that this share of all values does not exceed; between two of them for a median of an even number. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low = Number.NaN, high = low] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
  return low + (high - low) * (place % 1);
}

/** `12,345 (11,900-12,600)` */
export function show({ median, min, max }: Spread, digits = 0): string {
  const text = (value: number) => round(value, digits);
  return `${text(median)} (${text(min)}-${text(max)})`;
}

export function round(value: number, digits = 0): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString('en', options);
}

/** Each run against the run beside it, so that what slows the machine for a while slows both. */
export function ratios(runs: readonly number[], others: readonly number[]): readonly number[] {
  return runs.map((run, index) => run / (others[index] ?? Number.NaN));
}
