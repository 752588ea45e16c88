import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFile } from '../store/place.ts';
import { REPOSITORY } from '../support/repository.ts';
import type { Held } from './ping.ts';
import { WORK_NAMES } from './work-names.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;

/**
 * In ms. Nobody notices that a ping comes back 50 ms later, which portions aim at; a slow machine may
 * take twice as long, or more beside other work. Work without portions takes seconds.
 */
const MOST = 300;

let held: Readonly<Record<string, Held>> = {};

beforeAll(async () => {
  const { path, remove } = await temporaryFile();
  const program = join(REPOSITORY, 'test/size/program.ts');
  try {
    const run = await promisify(execFile)(process.execPath, ['--import', LOADER, program, path]);
    held = JSON.parse(run.stdout);
  } finally {
    await remove();
  }
}, 300_000);

test.each(WORK_NAMES)(
  'in a store of a million messages a ping comes back at once while %s',
  (name) => {
    const { mostWork = Infinity, nearlyAll = Infinity, pings = 0 } = held[name] ?? {};
    expect(pings).toBeGreaterThan(0);
    expect(mostWork).toBeLessThanOrEqual(MOST);
    expect(nearlyAll).toBeLessThanOrEqual(MOST);
  },
);
