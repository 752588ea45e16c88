import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFile } from '../store/place.ts';
import { REPOSITORY } from '../support/repository.ts';
import { ANSWER_WORK_NAMES } from './answer-work-names.ts';
import type { Held } from './ping.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;

/**
 * In ms. Nobody notices that a ping comes back 50 ms later, which portions aim at; a slow machine has
 * taken 103. Work without portions takes seconds.
 */
const MOST = 300;

interface Run {
  readonly held: Readonly<Record<string, Held>>;
  readonly answered: number;
  readonly waiting: { readonly questions: number };
}

let run: Run;

beforeAll(async () => {
  const { path, remove } = await temporaryFile();
  const program = join(REPOSITORY, 'test/size/answers-program.ts');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      LOADER,
      program,
      path,
    ]);
    run = JSON.parse(stdout);
  } finally {
    await remove();
  }
}, 300_000);

test.each(ANSWER_WORK_NAMES)('no turn takes long while %s', (name) => {
  const { mostWork = Infinity, pings = 0 } = run.held[name] ?? {};
  expect(pings).toBeGreaterThan(1);
  expect(mostWork).toBeLessThanOrEqual(MOST);
});

test('what was answered or closed waits no more, and the rest does', () => {
  expect(run.answered).toBe(2);
  expect(run.waiting.questions).toBe(2);
});
