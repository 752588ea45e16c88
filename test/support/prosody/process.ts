import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import { type ServerProcess, watchProcess } from '../server/process.ts';
import { buildImage, DOCKER_IMAGE, PROSODY, runProsodyWhere } from './where.ts';

/** Starts Prosody on the configuration in that folder. */
export function spawnProsody(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): ServerProcess {
  const place = runProsodyWhere();
  if (place.kind === 'nowhere') throw new Error(`${place.says}. Try: apt-get install prosody`);
  return place.kind === 'package'
    ? spawnPackage(folder, environment)
    : spawnContainer(folder, environment);
}

export const configPath = (folder: string): string => join(folder, 'prosody.cfg.lua');

function spawnPackage(
  folder: string,
  environment: Readonly<Record<string, string>>,
): ServerProcess {
  const env = { ...process.env, ...environment };
  const child = spawn(PROSODY, ['--config', configPath(folder), '-F'], { ...STDIO, env });
  return watchProcess(child, (name) => child.kill(name));
}

// The same paths inside and outside, of modules in temporary folders too, and the host's network, so
// that nothing but the command differs.
// Signals go to the container, not to its client.
function spawnContainer(
  folder: string,
  environment: Readonly<Record<string, string>>,
): ServerProcess {
  buildImage();
  const name = `xmpp-receipts-${basename(folder)}-${Date.now()}`;
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--name', name, '--network', 'host', '--user', user],
      ...['--volume', `${tmpdir()}:${tmpdir()}`, '--volume', `${REPOSITORY}:${REPOSITORY}:ro`],
      ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...['--entrypoint', 'prosody', DOCKER_IMAGE, '--config', configPath(folder), '-F'],
    ],
    STDIO,
  );
  return watchProcess(child, (signal) =>
    execFileSync('docker', ['kill', '--signal', signal, name]),
  );
}

const STDIO = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
