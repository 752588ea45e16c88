import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TABLE } from '../../../src/operator/doctor/findings.ts';
import { readPage } from '../../docs/pages.ts';
import { REPOSITORY } from '../../support/repository.ts';

const FOLDER = join(REPOSITORY, 'test/integration');
const TESTS = readdirSync(FOLDER)
  .filter((name) => name.startsWith('check'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
  .join('\n');

const NOT_GREEN = TABLE.filter(({ severity }) => severity !== 'green');

describe('the table of findings', () => {
  test('has a name for each finding, and no name twice', () => {
    const names = TABLE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('stands in docs/check.md, with the same names and colours in the same order', () => {
    const rows = readPage('docs/check.md').matchAll(/^\| `([a-z-]+)` \| (\w+) \|/gm);
    const documented = [...rows].map(([, name, severity]) => ({ name, severity }));
    expect(documented).toEqual(TABLE.map(({ name, severity }) => ({ name, severity })));
  });

  test.each(NOT_GREEN.map(({ name }) => name))(
    '%s is provoked by a test on a real server',
    (name) => {
      expect(TESTS).toContain(`'${name}'`);
    },
  );
});
