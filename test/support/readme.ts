import { type Block, blocksOf } from './blocks.ts';

/** The blocks below that heading of README.md. */
export function blocksBelow(heading: string): readonly Block[] {
  const blocks = blocksOf('README.md').filter((block) => block.heading === heading);
  if (blocks.length === 0) throw new Error(`README.md has no blocks below "${heading}"`);
  return blocks;
}
