/** What was seen at one moment. */
export interface Point {
  readonly minutes: number;
  readonly value: number;
}

export interface Trend {
  /** Means of the first and of the last quarter. */
  readonly first: number;
  readonly last: number;
  /** Change in an hour, as a share of the mean, and where it is with 95 % confidence. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** What is taken of the values of one block: garbage that waits to be collected is no growth. */
export type Summary = 'mean' | 'least';

/** Longer than what comes again and again, such as pruning. */
const BLOCK_MINUTES = 4;

/** The mean of a quarter of an hour of blocks says little: with fewer blocks there is no trend. */
const FEWEST_BLOCKS = 5;

/** `undefined`: there is too little to say anything. */
export function trendOf(points: readonly Point[], summary: Summary): Trend | undefined {
  const blocks = blocksOf(points, summary);
  if (blocks.length < FEWEST_BLOCKS) return undefined;
  const { first, last } = quarters(blocks);
  const mean = meanOf(blocks.map(({ value }) => value));
  if (mean === 0) return { first, last, slope: 0, low: 0, high: 0 };
  const { slope, error } = lineThrough(blocks);
  const anHour = 60 / mean;
  const margin = studentsT(blocks.length - 2) * error;
  return {
    first,
    last,
    slope: slope * anHour,
    low: (slope - margin) * anHour,
    high: (slope + margin) * anHour,
  };
}

function blocksOf(points: readonly Point[], summary: Summary): readonly Point[] {
  const start = points[0]?.minutes ?? 0;
  const blocks = new Map<number, number[]>();
  for (const { minutes, value } of points) {
    const block = Math.floor((minutes - start) / BLOCK_MINUTES);
    blocks.set(block, [...(blocks.get(block) ?? []), value]);
  }
  const most = Math.max(0, ...[...blocks.values()].map((values) => values.length));
  return [...blocks]
    .filter(([, values]) => values.length > most / 2)
    .map(([block, values]) => ({
      minutes: (block + 0.5) * BLOCK_MINUTES,
      value: summary === 'mean' ? meanOf(values) : Math.min(...values),
    }));
}

function quarters(blocks: readonly Point[]): Pick<Trend, 'first' | 'last'> {
  const quarter = Math.max(1, Math.floor(blocks.length / 4));
  const values = blocks.map(({ value }) => value);
  return { first: meanOf(values.slice(0, quarter)), last: meanOf(values.slice(-quarter)) };
}

/** Least squares. What goes up stays up for a while: the error is that of so many fewer values. */
function lineThrough(blocks: readonly Point[]): { slope: number; error: number } {
  const [x, y] = [blocks.map(({ minutes }) => minutes), blocks.map(({ value }) => value)];
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  const spread = sumOf(x.map((at) => (at - meanX) ** 2));
  const slope = sumOf(x.map((at, n) => (at - meanX) * ((y[n] ?? 0) - meanY))) / spread;
  const rests = x.map((at, n) => (y[n] ?? 0) - meanY - slope * (at - meanX));
  const variance = sumOf(rests.map((rest) => rest ** 2)) / (blocks.length - 2);
  return { slope, error: Math.sqrt(variance / spread) * inflation(rests) };
}

const MOST_MEMORY = 0.9;

/** By how much the error is larger because each rest looks like the one before. */
function inflation(rests: readonly number[]): number {
  const all = sumOf(rests.map((rest) => rest ** 2));
  if (all === 0) return 1;
  const next = sumOf(rests.slice(1).map((rest, n) => rest * (rests[n] ?? 0)));
  const memory = Math.min(MOST_MEMORY, Math.max(0, next / all));
  return Math.sqrt((1 + memory) / (1 - memory));
}

/** The 97.5 % point of Student's distribution (Abramowitz and Stegun 26.7.5). */
function studentsT(freedom: number): number {
  const z = 1.959964;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
