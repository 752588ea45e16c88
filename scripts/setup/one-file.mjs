import { chmodSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = `${ROOT}dist/src/main.js`;
const { dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

/** It has a part that is not JavaScript. */
const NATIVE = ['better-sqlite3'];

/** Puts the compiled sources of the daemon into one file: docs/decisions/0032. */
export async function putIntoOneFile(path, { withLibraries = false } = {}) {
  const file = `${ROOT}${path}`;
  const outside = withLibraries ? NATIVE : Object.keys(dependencies);
  const bundle = await rolldown({
    input: MAIN,
    platform: 'node',
    external: (id) => isOutside(id, outside),
    plugins: [keepsPlaces(dirname(file))],
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  chmodSync(file, 0o755);
}

/** A module still finds what lies beside it: `import.meta.url` is where it was compiled to. */
function keepsPlaces(folder) {
  return {
    name: 'keeps-places',
    transform(code, id) {
      const place = `new URL('./${relative(folder, id)}', import.meta.url).href`;
      return code.includes('import.meta.url') ? code.replaceAll('import.meta.url', place) : null;
    },
  };
}

/** What is installed beside it and not put into it. */
function isOutside(id, libraries) {
  const isOf = (library) => id === library || id.startsWith(`${library}/`);
  return id.startsWith('node:') || libraries.some(isOf);
}
