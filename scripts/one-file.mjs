// Puts the compiled sources of the daemon into one file, dist/xmpp-receipts.js: docs/decisions/0032.

import { chmodSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const PROGRAM = `${DIST}/xmpp-receipts.js`;
const { dependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** A module still finds what lies beside it: `import.meta.url` is where it was compiled to. */
const keepsPlaces = {
  name: 'keeps-places',
  transform(code, id) {
    const place = `new URL('./${relative(DIST, id)}', import.meta.url).href`;
    return code.includes('import.meta.url') ? code.replaceAll('import.meta.url', place) : null;
  },
};

const bundle = await rolldown({
  input: `${DIST}/src/main.js`,
  platform: 'node',
  external: isOutside,
  plugins: [keepsPlaces],
});
await bundle.write({ file: PROGRAM, format: 'esm' });
await bundle.close();
chmodSync(PROGRAM, 0o755);

/** What is installed beside it and not put into it. */
function isOutside(id) {
  const isOf = (library) => id === library || id.startsWith(`${library}/`);
  return id.startsWith('node:') || Object.keys(dependencies).some(isOf);
}
