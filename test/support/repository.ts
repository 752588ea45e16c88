import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json: this file runs from its source as well as compiled, from dist/. */
export const REPOSITORY = findUpwards(dirname(fileURLToPath(import.meta.url)), 'package.json');

function findUpwards(folder: string, file: string): string {
  if (existsSync(join(folder, file))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`${file} is in no folder above ${import.meta.url}`);
  return findUpwards(parent, file);
}
