import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
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
