import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { REPOSITORY } from '../../support/repository.ts';
import type { Act } from './acts.ts';
import type { Death } from './dying.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;
const PROGRAM = join(REPOSITORY, 'test/store/crash/program.ts');

/** A process that uses the store at that path and kills itself at that moment. */
export async function dieOf(path: string, act: Act, death: Death): Promise<void> {
  const user = start(path, act, String(death.transaction), death.moment);
  const [, signal] = await once(user, 'close');
  if (signal !== 'SIGKILL') throw new Error('it did not die');
}

/** A process that writes until it is killed; answers how many batches it said were committed. */
export async function killWhileWriting(path: string): Promise<number> {
  const writer = start(path, 'writes for ever');
  let said = '';
  writer.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > 6) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  return said.split('\n').length - 1;
}

function start(...args: readonly [path: string, act: Act, ...death: string[]]): ChildProcess {
  const user = spawn(process.execPath, ['--import', LOADER, PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void user.kill('SIGKILL'));
  return user;
}
