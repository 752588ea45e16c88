import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';

interface Project {
  readonly test: {
    readonly name: string;
    readonly maxWorkers?: number;
    readonly sequence?: { readonly groupOrder?: number };
  };
}

const PROJECTS = config.test?.projects as readonly Project[];

test('projects that run side by side run as many files at a time, or Vitest does not start', () => {
  const workersOf = new Map<number, Set<number | undefined>>();
  for (const { test: project } of PROJECTS) {
    const group = project.sequence?.groupOrder ?? 0;
    workersOf.set(group, (workersOf.get(group) ?? new Set()).add(project.maxWorkers));
  }
  expect([...workersOf].filter(([, workers]) => workers.size > 1)).toEqual([]);
});
