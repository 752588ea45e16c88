import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOOLS_FOR_PICTURES } from './picture-packages.mjs';
import { CannotGoOn, isOnPath, runInstaller, say, succeeds } from './run.mjs';

const POLICY = '/usr/sbin/policy-rc.d';

/** What would start at the next boot with these packages; epmd, which helps nodes of Erlang to meet, comes with ejabberd. */
const SERVICES = {
  prosody: ['prosody'],
  ejabberd: ['ejabberd', 'epmd'],
  postgresql: ['postgresql'],
};

/** Where the command that a service runs has another name. */
const COMMANDS = { ejabberd: 'ejabberdctl', postgresql: 'pg_ctlcluster' };

const PUSH_MODULE = '/usr/lib/prosody/modules/mod_cloud_notify';

const TOOLS = {
  prosody: { debian: 'prosody', isThere: () => isOnPath('prosody') || hasDocker() },
  // XEP-0357; since 13.0 it comes with Prosody.
  prosodyPush: {
    debian: 'prosody-modules',
    isThere: () => ['', '.lua'].some((end) => existsSync(`${PUSH_MODULE}${end}`)) || hasDocker(),
  },
  ejabberd: { debian: 'ejabberd', isThere: () => isOnPath('erlc') && hasLibrary('ejabberd-') },
  slixmpp: {
    debian: 'python3-slixmpp',
    isThere: () => succeeds('/usr/bin/python3', ['-c', 'import slixmpp']),
  },
  postgres: { debian: 'postgresql', isThere: () => existsSync('/usr/lib/postgresql') },
  sqlite: { debian: 'sqlite3', isThere: () => isOnPath('sqlite3') },
  // Gives a server a clock of its own.
  faketime: { debian: 'faketime', isThere: () => isOnPath('faketime') },
  luacheck: { debian: 'lua-check', isThere: () => isOnPath('luacheck') },
  busted: { debian: 'lua-busted', isThere: () => isOnPath('busted') },
  // The tests of the module without a server use Prosody's utilities, also where Prosody itself is
  // in Docker.
  prosodyLibraries: {
    debian: 'prosody',
    isThere: () => existsSync('/usr/lib/prosody/util/stanza.lua'),
  },
  eunit: { debian: 'erlang-eunit', isThere: () => hasErlangLibrary('eunit-') },
  dialyzer: { debian: 'erlang-dialyzer', isThere: () => isOnPath('dialyzer') },
  ...TOOLS_FOR_PICTURES,
};

/** Sees to it that these tools are there: by apt as root, else by saying what to type. */
export async function installPackages(tools) {
  const missing = tools.filter((tool) => !TOOLS[tool].isThere());
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => TOOLS[tool].debian))];
  if (!isOnPath('apt-get')) {
    throw new CannotGoOn(`please install ${packages.join(', ')}${orDocker(missing)}`);
  }
  if (!isRoot()) throw new CannotGoOn(`please type: ${sudo(packages)}${orDocker(missing)}`);
  await aptInstall(packages);
}

/** Installs Debian packages; the services among them are neither started now nor at the next boot. */
export async function aptInstall(packages) {
  const services = servicesOf(packages);
  say(`installing Debian packages: ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await withoutStartingServices(async () => {
    await apt(['update'], env);
    await apt(['install', '-y', '--no-install-recommends', ...packages], env);
  });
  for (const service of services) await keepOff(service);
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** What somebody who is not root has to type. */
export function sudo(packages) {
  const services = servicesOf(packages).flatMap((name) =>
    name === 'epmd' ? ['epmd.socket', 'epmd'] : [name],
  );
  const off = services.length > 0 ? ` && sudo systemctl disable --now ${services.join(' ')}` : '';
  const install = `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return `sudo apt-get update && ${install}${off}`;
}

// One that is there already belongs to somebody else and has its reasons.
function servicesOf(packages) {
  return packages
    .flatMap((name) => SERVICES[name] ?? [])
    .filter((name) => !isOnPath(COMMANDS[name] ?? name));
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

async function keepOff(service) {
  if (service === 'epmd') return await keepEpmdOff();
  say(`the system service ${service} stays off (to have it: update-rc.d ${service} enable)`);
  await runInstaller('update-rc.d', [service, 'disable']);
}

// It has units only; where there is no systemd nothing starts it.
async function keepEpmdOff() {
  if (!isOnPath('systemctl')) return;
  say('the system service epmd stays off (to have it: systemctl enable epmd.socket)');
  await runInstaller('systemctl', ['disable', 'epmd.socket', 'epmd.service']);
}

/** Debian keeps the libraries of ejabberd in a folder for each architecture. */
function hasLibrary(prefix) {
  return readdirSync('/usr/lib')
    .filter((name) => name.includes('-linux-'))
    .some((name) => readdirSync(join('/usr/lib', name)).some((it) => it.startsWith(prefix)));
}

function hasErlangLibrary(prefix) {
  const folder = '/usr/lib/erlang/lib';
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(prefix));
}

function orDocker(missing) {
  return missing.includes('prosody') ? ' (instead of prosody, a running Docker will do)' : '';
}

function hasDocker() {
  return isOnPath('docker') && succeeds('docker', ['info']);
}
