import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readCsv } from './csv.ts';
import { plotOf } from './plot.ts';
import { comparisonOf, reportOf, WARM_UP_MINUTES } from './report.ts';

/** Writes NAME.md and NAME.svg from NAME.csv; answers the table. A run that was stopped has them too. */
export function writeResults(csv: string): string {
  const samples = readCsv(csv);
  const name = csv.replace(/\.csv$/, '');
  const table = reportOf(samples);
  writeFileSync(`${name}.md`, table);
  writeFileSync(`${name}.svg`, plotOf(samples, basename(name), WARM_UP_MINUTES));
  return table;
}

/** The same of several runs; answers one table for all of them. */
export function compareResults(files: readonly string[]): string {
  for (const csv of files) writeResults(csv);
  return comparisonOf(
    new Map(files.map((csv) => [basename(csv).replace(/\.csv$/, ''), readCsv(csv)])),
  );
}
