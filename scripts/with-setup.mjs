// Makes a fresh Debian machine that has only Node and git fit for one command, then runs it:
//   node scripts/with-setup.mjs demo|test|bench|faults|soak|pictures|prepare [arguments of the command]
// Whatever it installs it says first, on stderr: stdout belongs to the command.

import { parseArgs } from 'node:util';
import { buildIfOlder } from './setup/build.mjs';
import { installPackages } from './setup/debian-packages.mjs';
import { installNodeModules } from './setup/node-modules.mjs';
import { TOOLS_OF_OTHER_CHECKS } from './setup/other-checks.mjs';
import { toolsForPictures } from './setup/pictures.mjs';
import { withoutProsodyOption } from './setup/prosody-in-docker.mjs';
import { CannotGoOn, run, say } from './setup/run.mjs';
import { needsPostgres, runTests, serversFor } from './setup/test-run.mjs';

const TEST_TOOLS = ['prosody', 'prosodyPush', 'slixmpp', 'faketime', 'postgres', 'sqlite'];

const COMMANDS = {
  demo: {
    needs: (args) => [serverOf(args)],
    start: (args) => run('node', ['dist/demo/main.js', ...args]),
  },
  bench: {
    needs: toolsForBenchmarks,
    start: (args) => run('node', ['dist/bench/main.js', ...args]),
  },
  faults: {
    needs: (args) => (isOfCluster(args) ? ['ejabberd'] : [serverOf(args), 'postgres', 'faketime']),
    start: (args) => run('node', [faultDriverFor(args), ...args]),
  },
  soak: {
    needs: (args) => [serverOf(args), 'postgres'],
    start: (args) => run('node', ['dist/test/soak/driver.js', ...args]),
  },
  pictures: {
    needs: toolsForPictures,
    start: (args) => run('node', ['dist/test/pictures/main.js', ...args]),
  },
  test: {
    needs: toolsForTests,
    start: runTests,
  },
  prepare: { needs: () => toolsForTests([]), start: () => 0 },
};

async function main([name, ...words]) {
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new CannotGoOn(`expected ${Object.keys(COMMANDS).join(', ')}, found "${name ?? ''}"`);
  }
  expectNode();
  const args = name === 'test' ? withoutProsodyOption(words) : words;
  await installNodeModules();
  const tools = command.needs(args);
  await installPackages(tools);
  await buildIfOlder();
  await sayWhere(tools);
  return await command.start(args);
}

function toolsForTests(args) {
  const servers = serversFor(args);
  if (servers.length === 0) return needsPostgres(args) ? ['postgres'] : [];
  const ejabberd = servers.includes('ejabberd') ? ['ejabberd'] : [];
  const others = args.length === 0 ? TOOLS_OF_OTHER_CHECKS : [];
  return [...TEST_TOOLS, ...ejabberd, ...others];
}

function toolsForBenchmarks(args) {
  const named = args.filter((arg) => !arg.startsWith('-'));
  const isNamed = (name) => named.length === 0 || named.includes(name);
  const ejabberd = isNamed('ejabberd') ? ['ejabberd'] : [];
  return ['prosody', 'slixmpp', ...ejabberd, ...(isNamed('storage') ? ['postgres'] : [])];
}

// A server that we do not know is for the demo to refuse.
function serverOf(args) {
  return namedServer(args) === 'ejabberd' ? 'ejabberd' : 'prosody';
}

function isOfCluster(args) {
  return namedServer(args) === 'ejabberd-cluster';
}

function faultDriverFor(args) {
  return `dist/test/faults/${isOfCluster(args) ? 'cluster/' : ''}driver.js`;
}

function namedServer(args) {
  const { values } = parseArgs({ args, strict: false, options: { server: { type: 'string' } } });
  return values.server;
}

async function sayWhere(tools) {
  if (tools.includes('prosody')) {
    const { runProsodyWhere } = await import('../dist/test/support/prosody/where.js');
    say(runProsodyWhere().says);
  }
  if (tools.includes('ejabberd')) {
    const { sayWhereEjabberdIs } = await import('../dist/test/support/ejabberd/where.js');
    say(sayWhereEjabberdIs());
  }
}

function expectNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new CannotGoOn(`Node 20.19 or newer is needed, this is ${process.versions.node}`);
}

try {
  process.chdir(new URL('..', import.meta.url).pathname);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CannotGoOn)) throw error;
  say(error.message);
  process.exitCode = 1;
}
