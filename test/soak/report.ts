import type { Sample } from './sampler.ts';
import { faultsIn, type Series, seriesOf } from './series.ts';
import { type Trend, trendOf } from './trend.ts';

/** Until then the store fills up to what is kept, and programs to what they need. */
export const WARM_UP_MINUTES = 16;

/** A verdict holds for growth of so much an hour: less is not seen within one. */
const SEEN = 0.1;

/** A table for docs: one line for each thing that was watched, and what was counted besides. */
export function reportOf(samples: readonly Sample[], warmUpMinutes = WARM_UP_MINUTES): string {
  const rows = seriesOf(samples, warmUpMinutes).map(rowOf);
  return [
    '| what | first quarter | last quarter | change in an hour (95 %) | verdict |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    faultsText(samples),
    '',
  ].join('\n');
}

/** Runs side by side: the same lines, with a column for each run. */
export function comparisonOf(runs: ReadonlyMap<string, readonly Sample[]>): string {
  const all = [...runs.values()].map((samples) => seriesOf(samples, WARM_UP_MINUTES));
  const whats = [...new Set(all.flatMap((run) => run.map(whatOf)))];
  const rows = whats.map((what) => [
    what,
    ...all.map((run) => cellOf(run.find((series) => whatOf(series) === what))),
  ]);
  const counted = [...runs].map(([name, samples]) => `- ${name}: ${faultsText(samples)}`);
  return [
    `| what | ${[...runs.keys()].join(' | ')} |`,
    `| --- |${' --- |'.repeat(runs.size)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    ...counted,
    '',
  ].join('\n');
}

function cellOf(series: Series | undefined): string {
  if (series === undefined) return '–';
  const trend = trendOf(series.points, series.summary);
  if (trend === undefined) return 'too short';
  return `${show(trend.first)} → ${show(trend.last)}; ${verdictOf(trend)}`;
}

function whatOf({ name, unit, summary }: Series): string {
  const whole = summary === 'least' ? `${name}, least of 4 minutes` : name;
  return unit === '' ? whole : `${whole} (${unit})`;
}

function rowOf(series: Series): readonly string[] {
  const trend = trendOf(series.points, series.summary);
  const what = whatOf(series);
  if (trend === undefined) return [what, '–', '–', '–', 'too short'];
  return [what, show(trend.first), show(trend.last), changeOf(trend), verdictOf(trend)];
}

function changeOf({ slope, low, high }: Trend): string {
  if (slope === 0 && low === high) return '0';
  return `${percent(slope)} (${percent(low)} to ${percent(high)})`;
}

/** What the figures allow to say; no more. */
export function verdictOf({ low, high }: Trend): string {
  if (low > 0) return high < SEEN ? `grows, by less than ${percent(high)}` : '**grows**';
  if (high < 0) return 'shrinks';
  return high <= SEEN ? 'does not grow' : 'varies: no growth seen';
}

function faultsText(samples: readonly Sample[]): string {
  const counted = Object.entries(faultsIn(samples)).map(
    ([name, count]) => `${name.replace(/ total$/, '')} ${count}`,
  );
  return `Counted in the whole run: ${counted.join(', ')}.`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(Math.abs(value) < 10 ? 1 : 0).replace('-', '−')} %`;
}

function show(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
