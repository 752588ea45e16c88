import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { PAGES, readPage } from './pages.ts';

const FOLDER = 'docs/pictures';
const PICTURES = readdirSync(path.join(REPOSITORY, FOLDER)).map((name) => path.join(FOLDER, name));

/** The files that the documents link to. */
const LINKED = PAGES.flatMap((page) =>
  [...readPage(page).matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) =>
    path.join(path.dirname(page), target),
  ),
);

test('every picture is linked to by a document', () => {
  expect(PICTURES.length).toBeGreaterThan(15);
  expect(PICTURES.filter((picture) => !LINKED.includes(picture))).toEqual([]);
});

test('every picture that is shown says in words what it shows', () => {
  const shown = PAGES.flatMap((page) => [...readPage(page).matchAll(/!\[([^\]]*)\]\(/g)]);
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter(([, words = '']) => words.trim() === '')).toEqual([]);
});
