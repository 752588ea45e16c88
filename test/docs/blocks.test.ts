import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksOf } from '../support/blocks.ts';
import { REPOSITORY } from '../support/repository.ts';
import { BLOCKS, type Where } from './where-blocks-are-run.ts';

const PAGES = Object.keys(BLOCKS);

const ENTRIES = Object.entries(BLOCKS).flatMap(([page, entries]) =>
  entries.map(([begin, where]) => ({ page, begin, ...told(where) })),
);

function told(where: Where) {
  if ('runIn' in where) return { file: where.runIn, reason: '' };
  if ('comparedIn' in where) return { file: where.comparedIn, reason: '' };
  return { file: where.checkedIn ?? '', reason: where.leftBecause };
}

describe('where-blocks-are-run.ts says of', () => {
  test.each(PAGES)('every block of %s where it is run, and of no other', (page) => {
    const begins = blocksOf(page).map(({ text }) => text.split('\n')[0]);
    expect(BLOCKS[page]?.map(([begin]) => begin)).toEqual(begins);
  });

  test.each(PAGES)('the commands of %s which test types them, or why none does', (page) => {
    const entries = blocksOf(page).map(({ language }, index) => ({ language, index }));
    const commands = entries.filter(({ language }) => language === 'sh');
    const compared = commands.filter(
      ({ index }) => 'comparedIn' in (BLOCKS[page]?.[index]?.[1] ?? {}),
    );
    expect(compared).toEqual([]);
  });
});

/** What reads all blocks of a page, or those below a heading. */
const READS_ALL = /(?<!function )\b(linesIn|blocksBelow)\(/;

test.each(ENTRIES.filter(({ file }) => file !== ''))(
  'what begins with $begin in $page is read in $file',
  ({ page, begin, file }) => {
    const sources = [...sourcesOf(file)].map((one) => readFileSync(one, 'utf8'));
    expect(sources.some((text) => text.includes(`'${page}'`))).toBe(true);
    expect(sources.some((text) => READS_ALL.test(text) || isNamedIn(text, begin))).toBe(true);
  },
);

test.each(ENTRIES.filter(({ reason }) => reason !== ''))(
  'what begins with $begin in $page is not run for a reason: $reason',
  ({ reason }) => expect(reason).toMatch(/\w+ \w+ \w+/),
);

/** Does a text in quotes name the block, by its first words? */
function isNamedIn(source: string, begin: string): boolean {
  const quoted = [...source.matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)];
  const texts = quoted.map(([, one, other]) => one ?? other ?? '');
  return texts.some((text) => text.length >= 5 && begin.startsWith(text));
}

/** A test file, and what it stands on in test/. */
function sourcesOf(file: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const path = join(REPOSITORY, file);
  if (seen.has(path) || !existsSync(path)) return seen;
  const imports = readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g);
  const files = [...imports].map(([, name = '']) => join(dirname(file), name));
  return files
    .filter((name) => name.startsWith('test/'))
    .reduce<ReadonlySet<string>>((all, name) => sourcesOf(name, all), new Set([...seen, path]));
}
