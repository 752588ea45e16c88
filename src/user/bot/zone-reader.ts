import type { Command } from '../commands/command.ts';
import { readZone as zoneCalled } from '../text/read-zone.ts';
import type { Token, WordToken } from './lexer.ts';
import { isPreposition, onlyMeaning } from './meaning.ts';

/** Maximum number of words of a zone: "port au prince". */
const MOST_WORDS = 4;

/** What stands beside the word for a zone. Whether there is such a zone is said later. */
export function readZone(rest: readonly Token[]): Command | undefined {
  const said = rest.filter((token) => !isPreposition(token));
  if (said.length === 0) return { kind: 'show-zone' };
  if (onlyMeaning(said, ['default', 'off']) !== undefined)
    return { kind: 'set-zone', zone: 'default' };
  if (said.length > MOST_WORDS || !said.every(isWord)) return undefined;
  return { kind: 'set-zone', zone: zoneCalled(said.map(({ text }) => text).join(' ')) };
}

function isWord(token: Token): token is WordToken {
  return token.kind === 'word';
}
