import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from '../support/repository.ts';

const FOLDERS = [
  '.',
  'docs',
  'docs/decisions',
  'prosody-config/modules/mod_receipts',
  'ejabberd-config/modules/mod_receipts',
];

/** The Markdown of the project: at the top, in docs and beside the modules. */
export const PAGES: readonly string[] = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(REPOSITORY, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);

export function readPage(page: string): string {
  return readFileSync(path.join(REPOSITORY, page), 'utf8');
}
