// Before `npm pack`: compiles, and removes what was compiled from sources that are gone.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfOlder } from './setup/build.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
await buildIfOlder();
for (const name of readdirSync('dist/src', { recursive: true })) {
  const source = name.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
  if (!existsSync(join('src', source)) && !existsSync(join('src', name)))
    rmSync(join('dist/src', name), { recursive: true, force: true });
}
