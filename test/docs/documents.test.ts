import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { OPTIONS, variableOf } from '../../src/config/environment.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { FACT_KINDS, KINDS } from '../../src/message/kinds.ts';
import { STATUSES } from '../../src/message/status.ts';
import { REPOSITORY } from '../support/repository.ts';
import { anchorsOf, PAGES, readPage } from './pages.ts';

describe('the documents', () => {
  test.each(PAGES)('%s links to what exists', (page) => {
    const links = [...readPage(page).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    );
    const missing = links
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(path.join(REPOSITORY, path.dirname(page), target)));
    expect(missing).toEqual([]);
  });

  test.each(PAGES)('%s links to headings that exist', (page) => {
    const links = readPage(page).matchAll(/\]\((?![a-z]+:)([^)#\s]*)#([^)\s]+)\)/g);
    const missing = [...links]
      .map(([, target = '', heading = '']) => ({
        to: target === '' ? page : path.join(path.dirname(page), target),
        heading,
      }))
      .filter(
        ({ to, heading }) => to.endsWith('.md') && !anchorsOf(readPage(to)).includes(heading),
      );
    expect(missing).toEqual([]);
  });

  test.each([
    ['# Words', ['words']],
    ['## 3.4 Policies: what `sent`, told', ['34-policies-what-sent-told']],
    ['## Twice\n\n## Twice', ['twice', 'twice-1']],
    ['## A [link](x.md) in it', ['a-link-in-it']],
    ['```\n# a comment\n```', []],
  ])('the anchors of headings are those of GitHub: %j', (markdown, anchors) => {
    expect(anchorsOf(markdown)).toEqual(anchors);
  });

  const OF_THE_CODE = ['ARCHITECTURE.md', 'docs/structure.md', 'docs/changing.md'];

  test.each(OF_THE_CODE)('%s names files and folders that exist', (page) => {
    const named = [
      ...readPage(page).matchAll(/`((?:src|docs|test|(?:prosody|ejabberd)-config)\/[^`\s*]+)`/g),
    ];
    const missing = named
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(path.join(REPOSITORY, file)));
    expect(named.length).toBeGreaterThan(3);
    expect(missing).toEqual([]);
  });

  test('docs/operating.md lists every option with its variable and its default', () => {
    const rows = [
      ...readPage('docs/operating.md').matchAll(
        /^\| `([^`]+)` \| `([^`]+)` \| (?:`([^`]*)`|–) \|/gm,
      ),
    ];
    const documented = Object.fromEntries(
      rows.map(([, option, variable, value]) => [option, { variable, value }]),
    );
    expect(documented).toEqual(optionsAsDocumented());
  });

  test('the table of statuses names every status, and the evidence for each', () => {
    const [table] = PAGES.flatMap((page) => tablesIn(readPage(page))).filter(isOfStatuses);
    const rows = table?.rows.map((cells) => [wordsIn(cells[0]), wordsIn(cells.at(-1))]) ?? [];
    expect(Object.fromEntries(rows)).toEqual(evidenceByStatus());
  });
});

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tablesIn(page: string): readonly Table[] {
  return [...page.matchAll(/^\|.*\|\n\|[ -|]*\|\n(?:\|.*\|\n?)*/gm)].map(([table]) => {
    const [head = [], , ...rows] = table.trim().split('\n').map(cellsOf);
    return { head, rows };
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function isOfStatuses({ head }: Table): boolean {
  return head[0] === 'status' && head.at(-1) === 'evidence';
}

function wordsIn(cell = ''): string {
  return (cell.match(/[a-z]+/g) ?? []).toSorted().join(' ');
}

function evidenceByStatus(): Readonly<Record<string, string>> {
  const entries = STATUSES.map((status) => {
    const kinds = FACT_KINDS.filter((kind) => KINDS[kind].proves === status);
    const evidence = new Set(kinds.map((kind) => KINDS[kind].evidence));
    return [status, [...evidence].toSorted().join(' ')] as const;
  });
  return Object.fromEntries(entries);
}

function optionsAsDocumented(): Readonly<
  Record<string, { variable: string; value: string | undefined }>
> {
  const defaults = settingsSchema.parse({
    component: { domain: 'receipts.example.org', secret: 'x' },
    domains: ['example.org'],
  });
  const required = ['component.domain', 'component.secret', 'component.secretFile', 'domains'];
  const entries = Object.keys(OPTIONS).map((option) => {
    const found = required.includes(option) ? '' : textOf(valueAt(defaults, option));
    const value = found === '' || found === 'undefined' ? undefined : found;
    return [option, { variable: variableOf(option), value }] as const;
  });
  return Object.fromEntries(entries);
}

function valueAt(settings: unknown, option: string): unknown {
  return option
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], settings);
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
