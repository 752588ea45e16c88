import { blocksOf, linesOf } from './blocks.ts';

/** The words of each command of ours in the blocks of a page, in their order. */
export function commandsIn(page: string): readonly (readonly string[])[] {
  const blocks = blocksOf(page).filter(({ language }) => language === 'sh');
  return blocks.flatMap(({ text }) => linesOf(text)).map((line) => ours(line, page));
}

function ours(line: string, page: string): readonly string[] {
  const [program, ...words] = line.split(' ');
  if (program !== 'xmpp-receipts') throw new Error(`${page} has no command of ours: ${line}`);
  return words;
}
