import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { CannotGoOn, isOnPath, runInstaller, say, succeeds } from './run.mjs';

const POLICY = '/usr/sbin/policy-rc.d';

const TOOLS = {
  prosody: { debian: 'prosody', isThere: () => isOnPath('prosody') || hasDocker() },
  slixmpp: {
    debian: 'python3-slixmpp',
    isThere: () => succeeds('/usr/bin/python3', ['-c', 'import slixmpp']),
  },
  luacheck: { debian: 'lua-check', isThere: () => isOnPath('luacheck') },
};

/** Sees to it that these tools are there: by apt as root, else by saying what to type. */
export async function installPackages(tools) {
  const missing = tools.filter((tool) => !TOOLS[tool].isThere());
  if (missing.length === 0) return;
  const packages = missing.map((tool) => TOOLS[tool].debian);
  if (!isOnPath('apt-get')) {
    throw new CannotGoOn(`please install ${missing.join(', ')}${orDocker(missing)}`);
  }
  if (!isRoot()) throw new CannotGoOn(`please type: ${sudo(packages)}${orDocker(missing)}`);
  await aptInstall(packages);
}

/** Installs Debian packages; the services among them are neither started now nor at the next boot. */
export async function aptInstall(packages) {
  say(`installing Debian packages: ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await withoutStartingServices(async () => {
    await apt(['update'], env);
    await apt(['install', '-y', '--no-install-recommends', ...packages], env);
  });
  if (packages.includes('prosody')) await keepProsodyOff();
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** What somebody who is not root has to type. */
export function sudo(packages) {
  const off = packages.includes('prosody') ? ' && sudo systemctl disable --now prosody' : '';
  const install = `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return `sudo apt-get update && ${install}${off}`;
}

async function apt(args, env) {
  const status = await runInstaller('apt-get', args, env);
  if (status !== 0) throw new CannotGoOn(`apt-get ${args.join(' ')} failed (status ${status})`);
}

// Debian starts a service as soon as it is installed, unless this file says no. One that is there
// already belongs to somebody else and has its reasons.
async function withoutStartingServices(install) {
  if (existsSync(POLICY)) return await install();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    rmSync(POLICY);
  }
}

async function keepProsodyOff() {
  say('the system service of Prosody stays off (to have it: update-rc.d prosody enable)');
  await runInstaller('update-rc.d', ['prosody', 'disable']);
}

function orDocker(missing) {
  return missing.includes('prosody') ? ' (instead of prosody, a running Docker will do)' : '';
}

function hasDocker() {
  return isOnPath('docker') && succeeds('docker', ['info']);
}
