import type { Command } from '../commands/command.ts';
import { commandIn } from './grammar.ts';
import { tokensOf } from './lexer.ts';

/** `Europe/Berlin`, `Etc/GMT+5`, or an offset such as `+05:30`, `UTC+8`, `-0330`. */
const ZONE =
  /(?<![\p{Script=Latin}\p{N}@.:/_-])(?:[a-z_-]+(?:\/[a-z0-9_+-]+)+|(?:(?:utc|gmt)\s*)?[+−-]\d{1,2}(?::?\d{2})?)(?![\p{Script=Latin}\p{N}@])/iu;

/** The choice of a zone that is written with marks, if all other words only speak of zones. */
export function zoneIn(written: string): Command | undefined {
  const plain = written.normalize('NFKC');
  const found = ZONE.exec(plain)?.[0];
  if (found === undefined) return undefined;
  const command = commandIn(tokensOf(plain.replace(found, ' ')));
  return command?.kind === 'show-zone' ? { kind: 'set-zone', zone: found } : undefined;
}
