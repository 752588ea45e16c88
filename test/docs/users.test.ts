import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { readPage } from './pages.ts';

const { CLIENTS }: { CLIENTS: Readonly<Record<string, unknown>> } = await import(
  pathToFileURL(join(REPOSITORY, 'scripts/setup/pictures.mjs')).href
);
const NAMES = Object.keys(CLIENTS);
const TAKEN = readdirSync(join(REPOSITORY, 'docs/users/pictures'));

test('every client that pictures are made of has a page, and no other client has one', () => {
  const pages = readdirSync(join(REPOSITORY, 'docs/users')).filter((name) => name.endsWith('.md'));
  expect(pages.toSorted()).toEqual(['README.md', ...NAMES.map((name) => `${name}.md`)].toSorted());
});

test.each(NAMES)('docs/users/README.md leads to the page of %s', (name) => {
  expect(readPage('docs/users/README.md')).toContain(`](${name}.md)`);
});

test.each(NAMES)(
  'the page of %s shows all its pictures: first, tick and question at least',
  (name) => {
    const own = TAKEN.filter((picture) => picture.startsWith(`${name}-`));
    for (const what of ['first', 'tick', 'question']) expect(own).toContain(`${name}-${what}.png`);
    const page = readPage(`docs/users/${name}.md`);
    expect(own.filter((picture) => !page.includes(`](pictures/${picture})`))).toEqual([]);
  },
);
