// Makes a fresh Debian machine that has only Node and git fit for one command, then runs it:
//   node scripts/with-setup.mjs demo|test|bench|prepare [arguments of the command]
// Whatever it installs it says first, on stderr: stdout belongs to the command.

import { buildIfOlder } from './setup/build.mjs';
import { installPackages } from './setup/debian-packages.mjs';
import { installNodeModules } from './setup/node-modules.mjs';
import { CannotGoOn, run, say } from './setup/run.mjs';
import { needsServer, runTests } from './setup/test-run.mjs';

const COMMANDS = {
  demo: { needs: () => ['prosody'], start: (args) => run('node', ['dist/demo/main.js', ...args]) },
  bench: {
    needs: () => ['prosody', 'slixmpp'],
    start: (args) => run('node', ['dist/bench/main.js', ...args]),
  },
  test: {
    needs: (args) => (needsServer(args) ? ['prosody', 'slixmpp', 'luacheck'] : []),
    start: runTests,
  },
  prepare: { needs: () => ['prosody', 'slixmpp', 'luacheck'], start: () => 0 },
};

async function main([name, ...args]) {
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new CannotGoOn(`expected ${Object.keys(COMMANDS).join(', ')}, found "${name ?? ''}"`);
  }
  expectNode();
  await installNodeModules();
  const tools = command.needs(args);
  await installPackages(tools);
  await buildIfOlder();
  if (tools.includes('prosody')) await sayWhichProsody();
  return await command.start(args);
}

async function sayWhichProsody() {
  const { runProsodyWhere } = await import('../dist/test/support/prosody/where.js');
  say(runProsodyWhere().says);
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
