import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';
import { REPOSITORY } from '../support/repository.ts';

interface Project {
  readonly test: {
    readonly name: string;
    readonly maxWorkers?: number;
    readonly sequence?: { readonly groupOrder?: number };
  };
}

interface TestRun {
  readonly PROJECTS: readonly string[];
  readonly wordsForVitest: (args: readonly string[]) => readonly string[];
}

const PROJECTS = config.test?.projects as readonly Project[];

const npmTest: TestRun = await import(
  pathToFileURL(join(REPOSITORY, 'scripts/setup/test-run.mjs')).href
);

test('projects that run side by side run as many files at a time, or Vitest does not start', () => {
  const workersOf = new Map<number, Set<number | undefined>>();
  for (const { test: project } of PROJECTS) {
    const group = project.sequence?.groupOrder ?? 0;
    workersOf.set(group, (workersOf.get(group) ?? new Set()).add(project.maxWorkers));
  }
  expect([...workersOf].filter(([, workers]) => workers.size > 1)).toEqual([]);
});

test('`npm test` counts the tests of every project', () => {
  const names = PROJECTS.map(({ test: { name } }) => name);
  expect(npmTest.PROJECTS.toSorted()).toEqual(names.toSorted());
});

test.each([
  [[], ['--project=!docker']],
  [['a.test.ts'], ['a.test.ts', '--project=!docker']],
  [
    ['--project', 'docker'],
    ['--project', 'docker'],
  ],
])('`npm test` with %j builds the images only if it is told to', (args, expected) => {
  expect(npmTest.wordsForVitest(args)).toEqual(expected);
});
