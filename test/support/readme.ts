import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The blocks between that heading of README.md and the next one of its kind. */
export function blocksBelow(heading: string): readonly Block[] {
  const page = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const blocks = [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  if (blocks.length === 0) throw new Error(`README.md has no blocks below "${heading}"`);
  return blocks.map(([, language = '', text = '']) => ({ language, text }));
}
