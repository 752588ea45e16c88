import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

/** The words of each command of ours in the blocks of a page, in their order. */
export function commandsIn(page: string): readonly (readonly string[])[] {
  const text = readFileSync(join(REPOSITORY, page), 'utf8');
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)];
  const lines = blocks.flatMap(([, block = '']) => block.split('\n').map((line) => line.trim()));
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [program, ...words] = line.split(' ');
      if (program !== 'xmpp-receipts') throw new Error(`${page} has no command of ours: ${line}`);
      return words;
    });
}
