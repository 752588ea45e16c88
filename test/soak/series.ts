import type { Sample } from './sampler.ts';
import type { Point, Summary } from './trend.ts';

/** One line of the table: what was seen over the time of a run. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly summary: Summary;
  readonly points: readonly Point[];
}

const MEGABYTE = 2 ** 20;

/** Columns that count up: what matters is how much they grow in a second, and as what it is shown. */
const RATES: Readonly<Record<string, readonly [name: string, unit: string, factor: number]>> = {
  'daemon processor seconds': ['daemon, processor', '% of a core', 100],
  'server processor seconds': ['server, processor', '% of a core', 100],
  'database processor seconds': ['database, processor', '% of a core', 100],
  'driver processor seconds': ['clients, processor', '% of a core', 100],
  'people sent': ['messages', 'a second', 1],
  'facts total': ['facts', 'a second', 1],
  'receipts sent total': ['receipts', 'a second', 1],
  commits: ['commits', 'a second', 1],
  'log written bytes': ['write-ahead log written', 'KB a second', 1 / 1024],
};

/** What should never be counted. */
const FAULTS = [
  ...['failures total', 'bad items total', 'facts lost total', 'batches refused total'],
  ...['stanzas refused total', 'complaints', 'people failures'],
] as const;

const LEFT_OUT = [
  ...['seconds', 'people online', 'driver resident bytes', 'driver open files', 'items total'],
  ...[
    'backlog receipts',
    'backlog ticks',
    'backlog questions',
    'people logins',
    'dead rows messages',
  ],
  ...['people resumptions', 'people receipts', 'people answers', 'people policies'],
];

/** Garbage comes and goes in them: the least of some minutes is what is in use. */
const COLLECTED = [
  ...['daemon heap bytes', 'daemon old space bytes', 'daemon external bytes'],
  ...['server Lua bytes', 'server Erlang bytes', 'module bytes'],
];

/** Those of the samples that were taken after so many minutes. */
export function seriesOf(samples: readonly Sample[], warmUpMinutes: number): readonly Series[] {
  const columns = Object.keys(samples[0] ?? {});
  return columns
    .filter((column) => !LEFT_OUT.includes(column) && !isFault(column))
    .map((column) => seriesIn(samples, column))
    .map((series) => ({
      ...series,
      points: series.points.filter(({ minutes }) => minutes >= warmUpMinutes),
    }));
}

/** How often each fault was counted. */
export function faultsIn(samples: readonly Sample[]): Readonly<Record<string, number>> {
  const last = samples.at(-1) ?? {};
  return Object.fromEntries(FAULTS.map((column) => [column, last[column] ?? 0]));
}

function isFault(column: string): boolean {
  return (FAULTS as readonly string[]).includes(column);
}

function seriesIn(samples: readonly Sample[], column: string): Series {
  const rate = RATES[column];
  if (rate !== undefined) return rateOf(samples, column, rate);
  const summary = COLLECTED.includes(column) ? 'least' : 'mean';
  const name = column.replace(/ bytes\b/, '').replace(/ ms\b/, '');
  const factor = column.includes('bytes') ? 1 / MEGABYTE : 1;
  const points = samples.map((sample) => point(sample, (sample[column] ?? 0) * factor));
  return { name, unit: unitOf(column), summary, points };
}

function unitOf(column: string): string {
  if (column.includes('bytes')) return 'MB';
  return / ms\b/.test(column) ? 'ms' : '';
}

function rateOf(
  samples: readonly Sample[],
  column: string,
  [name, unit, factor]: readonly [string, string, number],
): Series {
  const points = samples.slice(1).map((sample, place) => {
    const before = samples[place] as Sample;
    const seconds = (sample['seconds'] ?? 0) - (before['seconds'] ?? 0);
    const grown = (sample[column] ?? 0) - (before[column] ?? 0);
    return point(sample, (grown / seconds) * factor);
  });
  return { name, unit, summary: 'mean', points };
}

function point(sample: Sample, value: number): Point {
  return { minutes: (sample['seconds'] ?? 0) / 60, value };
}
