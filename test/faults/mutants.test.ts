import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { MUTANTS } from './mutants.ts';

test.each(MUTANTS)('a daemon that $name can be made of today’s', ({ file, from, to }) => {
  const text = readFileSync(join(REPOSITORY, 'dist/src', file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});
