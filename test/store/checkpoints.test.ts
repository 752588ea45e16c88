import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { REPOSITORY } from '../support/repository.ts';
import { judging } from './judging.ts';
import { temporaryPath } from './place.ts';

test('what is in the write-ahead log goes to its place while the store is open, long before the log is full', async () => {
  const path = await temporaryPath();
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  const sizes = async () => [(await stat(path)).size, (await stat(`${path}-wal`)).size] as const;
  const [before] = await sizes();
  const news = Array.from({ length: 5000 }, (_, n) => ({
    key: keyOf(`m${n}`),
    facts: [accepted(), fact('stored', 1)],
  }));
  await store.records.update(news, judging());
  const [after, logged] = await sizes();
  expect(after).toBe(before);
  await expect.poll(async () => (await sizes())[0], { timeout: 4000 }).toBeGreaterThan(logged / 2);
});

test('a process waits for the checkpoint that its work waits for, and ends after that', async () => {
  const loader = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;
  const program = join(REPOSITORY, 'test/store/forgetter.ts');
  const run = promisify(execFile)(
    process.execPath,
    ['--import', loader, program, await temporaryPath()],
    { timeout: 30_000 },
  );
  expect((await run).stdout).toBe('forgotten\nclosed\n');
}, 40_000);
