import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { readPage } from './pages.ts';

const INTEGRATION = 'test/integration';

/** The files that the table of situations in docs/testing.md names. */
function namedFiles(): readonly string[] {
  const [, section = ''] = readPage('docs/testing.md').split('## Situations from the field\n');
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
}

test('every file in the table of situations exists, and stands there once', () => {
  const files = namedFiles();
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(path.join(REPOSITORY, file)))).toEqual([]);
  expect(files.length).toBe(new Set(files).size);
});

test('every test of a situation from the field stands in the table of situations', () => {
  const files = readdirSync(path.join(REPOSITORY, INTEGRATION))
    .filter((file) => file.startsWith('field-'))
    .map((file) => `${INTEGRATION}/${file}`);
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !namedFiles().includes(file))).toEqual([]);
});
