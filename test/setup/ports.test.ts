import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { freePorts } from '../support/server/ports.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;
const PORTS = pathToFileURL(join(REPOSITORY, 'test/support/server/ports.ts')).href;
/** Says its ports, opens none of them, and stays until it is ended. */
const PROGRAM = `
const { freePorts } = await import('${PORTS}');
console.log(JSON.stringify(await freePorts(150)));
setInterval(() => {}, 1000);`;

test('no port is given out twice, neither here nor in other processes that run at the same time', async () => {
  const others = [1, 2, 3].map(() => portsOf(another()));
  const ours = [await freePorts(150), await freePorts(150)];
  const all = [...ours, ...(await Promise.all(others))].flat();
  expect(all).toHaveLength(5 * 150);
  expect(new Set(all).size).toBe(all.length);
});

function another(): ChildProcess {
  const child = spawn(process.execPath, ['--import', LOADER, '--input-type=module', '-e', PROGRAM]);
  onTestFinished(() => void child.kill());
  return child;
}

async function portsOf(child: ChildProcess): Promise<readonly number[]> {
  const [line] = (await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [
    Buffer,
  ];
  return JSON.parse(line.toString());
}
