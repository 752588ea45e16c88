import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { keyOf } from '../support/facts.ts';
import { REPOSITORY } from '../support/repository.ts';
import { temporaryPath } from './place.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;

test('what the process is killed in the middle of is there whole or not at all', async () => {
  const path = await temporaryPath();
  const committed = await writeUntilKilled(path);
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  expect(committed).toBeGreaterThanOrEqual(5);
  for (let batch = 0; batch <= committed; batch += 1)
    expect(await messagesOf(batch, store)).toBe(3);
  expect([0, 3]).toContain(await messagesOf(committed + 1, store));
}, 30_000);

/** The last batch of which another process said that it was committed. */
async function writeUntilKilled(path: string): Promise<number> {
  const program = join(REPOSITORY, 'test/store/writer.ts');
  const writer = spawn(process.execPath, ['--import', LOADER, program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void writer.kill('SIGKILL'));
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > 6) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  return said.split('\n').length - 2;
}

async function messagesOf(batch: number, store: Store): Promise<number> {
  const found = await Promise.all([0, 1, 2].map((n) => store.records.find(keyOf(`${batch}-${n}`))));
  return found.filter((message) => message?.tracked.told.length === 1).length;
}
