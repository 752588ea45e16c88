import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

/** What one reads in one sitting: a file that grows beyond this is more than one idea. */
const MOST_LINES = [
  ['src', '.ts', 250],
  ['prosody-config/modules', '.lua', 250],
  ['ejabberd-config/modules', '.erl', 360],
] as const;

test.each(MOST_LINES)('no file of %s (%s) has more than %i lines', (folder, end, most) => {
  const files = readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => [name, linesIn(path.join(REPOSITORY, folder, name))] as const);
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter(([, lines]) => lines > most)).toEqual([]);
});

function linesIn(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length - 1;
}
