// node scripts/bundle.mjs FOLDER: the daemon as it is installed, with its libraries, into an empty folder.

import { resolve } from 'node:path';
import { bundle } from './setup/bundle.mjs';

const folder = resolve(process.argv[2]);
process.chdir(new URL('..', import.meta.url).pathname);
bundle(folder);
