import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../repository.ts';

export const DOCKER_IMAGE = 'xmpp-receipts-prosody-tests';

/** The command that starts the server; another version can be named in the environment. */
export const PROSODY = process.env['PROSODY'] ?? 'prosody';

/** `npm test -- --prosody docker`: not the installed one. */
const IS_DOCKER_WANTED = process.env['PROSODY_IN'] === 'docker';

/** Where a Prosody can be run on this machine; `says` tells it in one line. */
export interface ProsodyPlace {
  readonly kind: 'package' | 'docker' | 'nowhere';
  readonly says: string;
}

/** The installed package if there is one, else Docker if a daemon answers. */
export function runProsodyWhere(): ProsodyPlace {
  if (!IS_DOCKER_WANTED && succeeds('which', [PROSODY])) {
    return { kind: 'package', says: `Prosody: installed here (${PROSODY})` };
  }
  if (succeeds('docker', ['info'])) {
    return { kind: 'docker', says: `Prosody: in Docker, image ${DOCKER_IMAGE}` };
  }
  return { kind: 'nowhere', says: 'Prosody: not installed, and no Docker daemon answers' };
}

let isBuilt = false;

/** Builds the image from prosody-config/Dockerfile; quick when nothing has changed. */
export function buildImage(): void {
  if (isBuilt) return;
  const folder = join(REPOSITORY, 'prosody-config');
  // The host's network, as where the container runs: an engine may have no other one.
  const words = ['--quiet', '--network', 'host', '--target', 'tests', '--tag', DOCKER_IMAGE];
  execFileSync('docker', ['build', ...words, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  isBuilt = true;
}

// `prosody --version` would start a server: presence is all that is asked.
function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
