import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from '../support/repository.ts';

const FOLDERS = [
  '.',
  'docs',
  'docs/decisions',
  'docs/users',
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

/** What a link to a heading of that page may name after "#", as GitHub makes it. */
export function anchorsOf(markdown: string): readonly string[] {
  const text = markdown.replace(/^```.*?^```$/gms, '');
  const counts = new Map<string, number>();
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(heading);
    const before = counts.get(anchor) ?? 0;
    counts.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

function anchorOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
