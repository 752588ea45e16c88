import { rmSync, statSync } from 'node:fs';
import { aptInstall, isRoot, sudo } from './debian-packages.mjs';
import { CannotGoOn, isOnPath, runInstaller, say, succeeds } from './run.mjs';

const NPM_FAILED = 'npm failed: what it printed above says why';
const COMPILER = ['build-essential', 'python3'];

// Where npm finds no package of an optional platform, its lock file names none, and `npm ci` refuses
// it; `npm install` goes by the same lock file and leaves it as it is.
const LOCKED_INSTALLS = [['ci'], ['install', '--no-save']];

/** Installs what package-lock.json names, unless that has been done since it last changed. */
export async function installNodeModules() {
  if (modifiedAt('node_modules/.package-lock.json') >= modifiedAt('package-lock.json')) return;
  const install = LOCKED_INSTALLS.find(isPossible) ?? ['ci'];
  say(`installing the Node packages of package-lock.json (npm ${install.join(' ')})`);
  if (!(await npm(install))) {
    await installCompiler();
    say('once more, now with a compiler for better-sqlite3');
    if (!(await npm(install))) throw new CannotGoOn(NPM_FAILED);
  }
  expectSqlite();
}

function isPossible(install) {
  return succeeds(...npmCommand([...install, '--dry-run']));
}

async function npm(install) {
  return (await runInstaller(...npmCommand(install))) === 0;
}

// The npm that runs us, if one does.
function npmCommand(install) {
  const args = [...install, '--no-audit', '--no-fund'];
  const npmPath = process.env.npm_execpath;
  return npmPath?.endsWith('.js') ? [process.execPath, [npmPath, ...args]] : ['npm', args];
}

// better-sqlite3 downloads a prebuilt library; where it finds none it compiles.
async function installCompiler() {
  const isThere = ['make', 'g++', 'python3'].every(isOnPath);
  if (isThere) throw new CannotGoOn(NPM_FAILED);
  if (!isRoot() || !isOnPath('apt-get')) {
    throw new CannotGoOn(`npm failed, perhaps for want of a compiler. Try: ${sudo(COMPILER)}`);
  }
  await aptInstall(COMPILER);
}

function expectSqlite() {
  if (succeeds(process.execPath, ['-e', "require('better-sqlite3')(':memory:')"])) return;
  rmSync('node_modules/.package-lock.json', { force: true });
  throw new CannotGoOn(
    'better-sqlite3 was installed without its library: are install scripts switched off? ' +
      'Try: npm rebuild better-sqlite3 --ignore-scripts=false',
  );
}

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}
