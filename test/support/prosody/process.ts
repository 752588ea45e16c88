import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPOSITORY } from '../repository.ts';
import { buildImage, DOCKER_IMAGE, PROSODY, runProsodyWhere } from './where.ts';

const STOP_MS = 10_000;
const OUTPUT_KEPT = 20_000;

/** One run of the server, in the foreground, as our child or in a container. */
export interface ServerProcess {
  readonly pid: number;
  /** What it wrote to its standard streams. */
  output(): string;
  hasExited(): boolean;
  /** `signal 9` or `status 1`, once it has ended. */
  readonly exited: Promise<string>;
  signal(name: NodeJS.Signals): void;
}

/** Starts Prosody on the configuration in that folder. */
export function spawnProsody(folder: string): ServerProcess {
  const place = runProsodyWhere();
  if (place.kind === 'nowhere') throw new Error(`${place.says}. Try: apt-get install prosody`);
  return place.kind === 'package' ? spawnPackage(folder) : spawnContainer(folder);
}

/** Asks it to end, and ends it if it does not. */
export async function stopProcess(server: ServerProcess): Promise<void> {
  if (server.hasExited()) return;
  server.signal('SIGTERM');
  const insist = new AbortController();
  const killed = sleep(STOP_MS, undefined, { signal: insist.signal })
    .then(() => server.signal('SIGKILL'))
    .catch(() => undefined);
  await server.exited;
  insist.abort();
  await killed;
}

export const configPath = (folder: string): string => join(folder, 'prosody.cfg.lua');

function spawnPackage(folder: string): ServerProcess {
  const child = spawn(PROSODY, ['--config', configPath(folder), '-F'], STDIO);
  return watchProcess(child, (name) => child.kill(name));
}

// Not run on every machine that these tests run on: the same paths inside and outside, and the host's
// network, so that nothing but the command differs. Signals go to the container, not to its client.
function spawnContainer(folder: string): ServerProcess {
  buildImage();
  const name = `xmpp-receipts-${basename(folder)}-${Date.now()}`;
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--name', name, '--network', 'host', '--user', user],
      ...['--volume', `${folder}:${folder}`, '--volume', `${REPOSITORY}:${REPOSITORY}:ro`],
      ...['--entrypoint', 'prosody', DOCKER_IMAGE, '--config', configPath(folder), '-F'],
    ],
    STDIO,
  );
  return watchProcess(child, (signal) =>
    execFileSync('docker', ['kill', '--signal', signal, name]),
  );
}

const STDIO = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };

/** What a child has become; `signal` reaches the server. */
export function watchProcess(
  child: ChildProcess,
  signal: (name: NodeJS.Signals) => void,
): ServerProcess {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let ending: string | undefined;
  const exited = new Promise<string>((resolve) => {
    const end = (how: string) => {
      ending = how;
      resolve(how);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, name) => end(name === null ? `status ${code}` : `signal ${name}`));
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    hasExited: () => ending !== undefined,
    exited,
    signal,
  };
}
