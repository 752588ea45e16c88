import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { PAGES, readPage } from './pages.ts';

const FOLDERS = ['docs/pictures', 'docs/users/pictures'];
const PICTURES = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(REPOSITORY, folder)).map((name) => path.join(folder, name)),
);

/** They travel with the package and are opened on phones. */
const MOST_BYTES = 60_000;

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

test('no picture for users is large', () => {
  const large = PICTURES.filter((picture) => picture.startsWith('docs/users/')).filter(
    (picture) => statSync(path.join(REPOSITORY, picture)).size > MOST_BYTES,
  );
  expect(large).toEqual([]);
});

test('every picture that is shown says in words what it shows', () => {
  const shown = PAGES.flatMap((page) => [...readPage(page).matchAll(/!\[([^\]]*)\]\(/g)]);
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter(([, words = '']) => words.trim() === '')).toEqual([]);
});
