import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotGoOn, runInstaller, say } from './run.mjs';

const FOLDERS = [
  'src',
  'demo',
  'bench',
  'test/support',
  'test/faults',
  'test/soak',
  'test/pictures',
];
const FILES = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = 'dist/.built';

/** Compiles to dist/ unless nothing has changed since. */
export async function buildIfOlder() {
  const builtAt = statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs ?? -1;
  if (newestSource() < builtAt) return;
  say('compiling (npm run build)');
  const startedAt = new Date();
  const status = await runInstaller(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
  ]);
  if (status !== 0) throw new CannotGoOn('the sources do not compile: the errors are above');
  await import('../copy-assets.mjs');
  await import('../one-file.mjs');
  writeFileSync(STAMP, startedAt.toISOString());
}

function newestSource() {
  const sources = FOLDERS.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => /\.(ts|mjs|css|svg)$/.test(name))
      .map((name) => join(folder, name)),
  );
  return Math.max(...[...FILES, ...sources].map((path) => statSync(path).mtimeMs));
}
