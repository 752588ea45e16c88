import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

const BIOME = path.join(REPOSITORY, 'node_modules/.bin/biome');
const COPY = mkdtempSync(path.join(tmpdir(), 'pure-core-'));
for (const name of ['biome.json', 'scripts/no-chance.grit'])
  cpSync(path.join(REPOSITORY, name), path.join(COPY, name));
afterAll(() => rmSync(COPY, { recursive: true }));

/** What the linter, with our rules, says of a file with that text in that folder. */
function lint(folder: string, text: string): string {
  const file = path.join(COPY, folder, 'example.ts');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  const { stdout, stderr } = spawnSync(BIOME, ['lint', '--vcs-enabled=false', file], {
    cwd: COPY,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const IMPURE = `
export const chances = [Math.random(), Math['random']()];
export const { random } = Math;
export const now = Date.now();
export const later = globalThis.setTimeout;
export const sameNow = global.Date.now();
export const word = new Intl.NumberFormat();
queueMicrotask(() => {});
export const wait = async () => await later;
`;

describe.each(['src/message', 'src/receipt'])('in %s, which is pure,', (folder) => {
  const said = lint(folder, IMPURE);

  test.each([
    ['chance', /example\.ts:2:25 plugin/],
    ['chance by another spelling', /example\.ts:2:40 plugin/],
    ['chance by a name of its own', /example\.ts:3:8 plugin/],
    ['the clock', /the global variable Date/],
    ['a way around the rules by globalThis', /the global variable globalThis/],
    ['a way around the rules by global', /the global variable global\b/],
    ['what knows languages and time zones', /the global variable Intl/],
    ['what is done later', /the global variable queueMicrotask/],
    ['waiting', /example\.ts:9:33 plugin/],
  ])('the linter refuses %s', (_, refusal) => {
    expect(said).toMatch(refusal);
  });

  test('the linter allows the rest of Math', () => {
    const rest = lint(folder, 'export const two = Math.floor(2.5);\n');
    expect(rest).toContain('Checked 1 file');
    expect(rest).not.toContain('example.ts');
  });
});

test('outside the pure folders the linter allows chance, the clock and globalThis', () => {
  const said = lint('src/facts', IMPURE);
  expect(said).toContain('Checked 1 file');
  expect(said).not.toMatch(/plugin|global variable/);
});
