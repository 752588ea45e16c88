import { rmSync, statSync } from 'node:fs';
import { aptInstall, isRoot, sudo } from './debian-packages.mjs';
import { CannotGoOn, isOnPath, runInstaller, say, succeeds } from './run.mjs';

const COMPILER = ['build-essential', 'python3'];

/** Installs what package-lock.json names, unless that has been done since it last changed. */
export async function installNodeModules() {
  if (modifiedAt('node_modules/.package-lock.json') >= modifiedAt('package-lock.json')) return;
  say('installing the Node packages of package-lock.json (npm ci)');
  if (!(await npmCi())) {
    await installCompiler();
    say('once more, now with a compiler for better-sqlite3 (npm ci)');
    if (!(await npmCi())) throw new CannotGoOn('npm ci failed: what it printed above says why');
  }
  expectSqlite();
}

async function npmCi() {
  const args = ['ci', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const status = npm?.endsWith('.js')
    ? await runInstaller(process.execPath, [npm, ...args])
    : await runInstaller('npm', args);
  return status === 0;
}

// better-sqlite3 downloads a prebuilt library; where it finds none it compiles.
async function installCompiler() {
  const isThere = ['make', 'g++', 'python3'].every(isOnPath);
  if (isThere) throw new CannotGoOn('npm ci failed: what it printed above says why');
  if (!isRoot() || !isOnPath('apt-get')) {
    throw new CannotGoOn(`npm ci failed, perhaps for want of a compiler. Try: ${sudo(COMPILER)}`);
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
