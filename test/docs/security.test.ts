import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../../src/config/options.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { PLACES } from '../../src/operator/metrics/counter-metrics.ts';
import * as limits from '../../src/protocol/limits.ts';
import { REPOSITORY } from '../support/repository.ts';
import { readPage } from './pages.ts';

const PAGE = readPage('SECURITY.md');
const COUNTERS = readFileSync(path.join(REPOSITORY, 'src/telemetry/counters.ts'), 'utf8');
const REASONS = readFileSync(path.join(REPOSITORY, 'src/receipt/question.ts'), 'utf8');
const DEFAULTS = settingsSchema.parse({
  component: { domain: 'r.example.org', secret: 'x' },
  domains: ['example.org'],
});

const FILES = [
  ...PAGE.matchAll(/`((?:src|docs|test|scripts|(?:prosody|ejabberd)-config)\/[^`\s]+)`/g),
].map(([, file = '']) => file);

const OF_THE_PROTOCOL: Readonly<Record<string, unknown>> = { ...limits };

const LIMITS = limitsIn(PAGE).map((limit) => [limit.what, limit] as const);

test('SECURITY.md names files and tests that exist', () => {
  expect(FILES.length).toBeGreaterThan(60);
  expect(FILES.filter((file) => !existsSync(path.join(REPOSITORY, file)))).toEqual([]);
});

test('SECURITY.md names a test for everything that stops somebody', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| to '));
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter((row) => !row.split('|')[3]?.includes('`test/'))).toEqual([]);
});

describe('the table of limits', () => {
  test.each(LIMITS)('has the number of the code: %s', (_, { number, file, name, setting }) => {
    expect(name === '' ? valueAt(setting) : numberIn(file, name)).toBe(number);
  });

  test.each(LIMITS)('names a test that is there: %s', (_, { testedIn }) => {
    expect(testedIn).toMatch(/^test\//);
  });

  test.each(LIMITS)('names a counter that there is: %s', (_, { counted }) => {
    if (['–', 'log'].includes(counted)) return;
    const [subject = '', reason = ''] = counted.slice(1, -1).split(': ');
    expect(Object.keys(PLACES)).toContain(subject);
    if (reason !== '') expect(COUNTERS + REASONS).toContain(`'${reason}'`);
  });

  test.each(LIMITS)('names a setting that there is: %s', (_, { setting }) => {
    const isOurs = setting !== '' && !setting.startsWith('the ');
    if (isOurs) expect(OPTIONS.map(({ name }) => name)).toContain(setting);
  });
});

function limitsIn(page: string) {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith('| limit |')) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) => {
    const [what = '', number = '', code = '', setting = '', counted = '', testedIn = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const [file = '', name = ''] = [...code.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    return {
      what,
      number: Number(number.replaceAll(',', '')),
      file,
      name,
      setting: setting.replaceAll('`', ''),
      counted,
      testedIn: testedIn.replaceAll('`', ''),
    };
  });
}

/** As it stands there, or as the product that stands there: in TypeScript, Lua or Erlang. */
function numberIn(file: string, name: string): number {
  const exported = file === 'src/protocol/limits.ts' ? OF_THE_PROTOCOL[name] : undefined;
  if (exported !== undefined) return Number(exported);
  const text = readFileSync(path.join(REPOSITORY, file), 'utf8');
  const [, product = ''] = new RegExp(`\\b${name}\\b(?: =|:|,) ([\\d_ *]+)`).exec(text) ?? [];
  return product
    .split('*')
    .reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1);
}

function valueAt(option: string): unknown {
  return option
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], DEFAULTS);
}
