import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Puts the files of the npm package and all libraries that they run with into that folder. */
export function bundle(folder) {
  mkdirSync(folder, { recursive: true });
  copyPackage(folder);
  addLibraries(folder);
}

function copyPackage(folder) {
  const words = ['pack', '--json', '--silent', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(read('npm', words).replace(/^[^[]*(?=\[)/, ''));
  const tarball = join(folder, filename);
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1', '--no-same-owner']);
  rmSync(tarball);
}

/** In the versions of the lock file; better-sqlite3 is compiled by npm where it finds none to download. */
function addLibraries(folder) {
  cpSync('package-lock.json', join(folder, 'package-lock.json'));
  const words = ['ci', '--omit=dev', '--no-audit', '--no-fund'];
  execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 2, 2] });
  rmSync(join(folder, 'package-lock.json'));
  keepCompiledOnly(join(folder, 'node_modules/better-sqlite3'));
}

/** What is needed to compile it is larger than all the rest. */
function keepCompiledOnly(sqlite) {
  const library = join(sqlite, 'build/Release/better_sqlite3.node');
  cpSync(library, `${sqlite}.node`);
  for (const name of ['build', 'deps', 'src']) rmSync(join(sqlite, name), { recursive: true });
  mkdirSync(join(sqlite, 'build/Release'), { recursive: true });
  cpSync(`${sqlite}.node`, library);
  rmSync(`${sqlite}.node`);
}

function read(command, words) {
  return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] });
}
