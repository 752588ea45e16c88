import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseOne } from '../support/xml.ts';
import { Csv } from './csv.ts';
import { comparisonOf } from './report.ts';
import { writeResults } from './results.ts';
import type { Sample } from './sampler.ts';

/** An hour in which the rows grow, and nothing else. */
const HOUR: readonly Sample[] = Array.from({ length: 241 }, (_, place) => ({
  seconds: place * 15,
  'daemon resident bytes': 100 * 2 ** 20,
  'daemon processor seconds': place * 0.75,
  'rows messages': 10_000 + place * 20,
  'lag to commit ms': 30,
  'people sent': place * 300,
  'failures total': 2,
}));

function written(samples: readonly Sample[]): { table: string; name: string } {
  const folder = mkdtempSync(join(tmpdir(), 'soak-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const csv = new Csv(join(folder, 'run.csv'));
  for (const sample of samples) csv.add(sample);
  return { table: writeResults(join(folder, 'run.csv')), name: join(folder, 'run') };
}

test('the table says what grew, what did not, and what was counted', () => {
  const { table, name } = written(HOUR);
  expect(table).toContain('| daemon resident (MB) | 100 | 100 | 0 | does not grow |');
  expect(table).toContain('| daemon, processor (% of a core) | 5 | 5 | 0 | does not grow |');
  expect(table).toContain('| messages (a second) | 20 | 20 | 0 | does not grow |');
  expect(table).toMatch(/\| rows messages \| .* \| \*\*grows\*\* \|/);
  expect(table).toContain('Counted in the whole run: failures 2, ');
  expect(readFileSync(`${name}.md`, 'utf8')).toBe(table);
});

test('a run that was stopped early has its table and its plot', () => {
  const { table, name } = written(HOUR.slice(0, 30));
  expect(table).toContain('| too short |');
  expect(readFileSync(`${name}.svg`, 'utf8')).toContain('Resident memory');
});

test('the plot has a line for each thing that was seen, inside its picture', () => {
  const { name } = written(HOUR);
  const svg = parseOne(readFileSync(`${name}.svg`, 'utf8'));
  const panels = svg.getChildren('g');
  expect(panels).toHaveLength(4);
  const lines = panels.flatMap((panel) =>
    panel.getChildren('path').filter(({ attrs }) => attrs['fill'] === 'none'),
  );
  expect(lines).toHaveLength(4);
  const heights = lines.flatMap(({ attrs }) =>
    [...(attrs['d'] ?? '').matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)),
  );
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(34);
  expect(Math.max(...heights)).toBeLessThanOrEqual(198);
});

test('runs side by side have a column each, and what only one has is left open in the other', () => {
  const table = comparisonOf(
    new Map([
      ['one', HOUR],
      ['two', HOUR.map((sample) => ({ ...sample, connections: 3 }))],
    ]),
  );
  expect(table).toContain('| what | one | two |');
  expect(table).toContain('| connections | – | 3 → 3; does not grow |');
  expect(table).toContain('| daemon resident (MB) | 100 → 100; does not grow | 100 → 100;');
  expect(table).toContain('- two: Counted in the whole run: failures 2, ');
});
