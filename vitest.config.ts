import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const ONLY_ON: Readonly<Record<ServerName, readonly string[]>> = JSON.parse(
  readFileSync(new URL('test/only-on.json', import.meta.url), 'utf8'),
);

/** They start a PostgreSQL of their own. */
const ON_POSTGRES = 'test/store/postgres*.test.ts';

/** They make packages and install them. */
const OF_PACKAGES = 'test/packaging/*-package.test.ts';

/** They build the images of the documents and run them. */
const OF_IMAGES = 'test/docker/*.test.ts';

/** They mostly wait, on servers of their own. */
const FILES_AT_A_TIME = 4;

/** These only compute: Vitest by itself leaves one processor alone. */
const PROCESSORS = availableParallelism();

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          maxWorkers: PROCESSORS,
          include: ['test/**/*.test.ts'],
          exclude: [
            ...['test/scenarios/**', 'test/integration/**', 'test/size/**'],
            ...[ON_POSTGRES, OF_PACKAGES, OF_IMAGES],
          ],
          setupFiles: ['test/support/property-runs.ts'],
          // A property is a thousand runs: on a loaded machine that is more than the usual five seconds.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'scenarios',
          isolate: false,
          maxWorkers: PROCESSORS,
          include: ['test/scenarios/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'size',
          include: ['test/size/**/*.test.ts'],
          // After all others: it measures.
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'postgres',
          include: [ON_POSTGRES],
          globalSetup: ['scripts/setup/build-for-tests.mjs'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: FILES_AT_A_TIME,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'packages',
          include: [OF_PACKAGES],
          globalSetup: ['scripts/setup/build-for-tests.mjs'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: FILES_AT_A_TIME,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'docker',
          include: [OF_IMAGES],
          globalSetup: ['scripts/setup/docker.mjs'],
          testTimeout: 120_000,
          // To build the images takes minutes where nothing is cached.
          hookTimeout: 1_200_000,
          // Two of them at a time would want the same ports.
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      integrationOn('prosody', 'integration'),
      integrationOn('ejabberd', 'ejabberd'),
    ],
  },
});

type ServerName = 'prosody' | 'ejabberd';

/** The same list of files on each server, but for those that are for the other one only. */
function integrationOn(server: ServerName, name: string) {
  return {
    test: {
      name,
      include: ['test/integration/**/*.test.ts'],
      exclude: [...ONLY_ON[server === 'prosody' ? 'ejabberd' : 'prosody']],
      env: { SERVER: server },
      globalSetup: ['scripts/setup/build-for-tests.mjs'],
      // To read all sources anew for each file would take as long as the tests of many of them.
      isolate: false,
      testTimeout: 60_000,
      // One second unless named: on a loaded machine, an answer takes longer.
      expect: { poll: { timeout: 20_000 } },
      hookTimeout: 120_000,
      // After all that needs no server.
      maxWorkers: FILES_AT_A_TIME,
      sequence: { groupOrder: 1 },
    },
  };
}
