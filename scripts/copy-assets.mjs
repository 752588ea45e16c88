import { cpSync } from 'node:fs';

/** What the compiler leaves out: the files that the page serves as they are. */
const from = new URL('../src/operator/page/assets/', import.meta.url);
cpSync(from, new URL('../dist/src/operator/page/assets/', import.meta.url), { recursive: true });
