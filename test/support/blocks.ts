import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

/** What stands between two fences of a page. */
export interface Block {
  readonly page: string;
  /** The nearest one above. */
  readonly heading: string;
  readonly language: string;
  /** Without the spaces before its fence. */
  readonly text: string;
}

const PART =
  /^(?<hashes>#+) (?<heading>[^\n]*)$|^(?<indent> *)```(?<language>\w*)\n(?<text>.*?)^ *```$/gms;

/** All of a page, in their order. */
export function blocksOf(page: string): readonly Block[] {
  const markdown = readFileSync(join(REPOSITORY, page), 'utf8');
  let heading = '';
  const blocks: Block[] = [];
  for (const { groups = {} } of markdown.matchAll(PART)) {
    const { indent = '', language = '', text } = groups;
    if (text === undefined) heading = groups['heading'] ?? '';
    else blocks.push({ page, heading, language, text: withoutIndent(text, indent) });
  }
  return blocks;
}

function withoutIndent(text: string, indent: string): string {
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

/** The one block of a page that begins with these words. */
export function blockOf(page: string, begin: string): string {
  const [block, ...others] = blocksOf(page).filter(({ text }) => text.startsWith(begin));
  if (block === undefined) throw new Error(`${page} has no block that begins with "${begin}"`);
  if (others.length > 0) throw new Error(`${page} has several blocks that begin with "${begin}"`);
  return block.text;
}

/** What somebody types line by line: without the lines that only continue one. */
export function linesOf(block: string): readonly string[] {
  return block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
}
