import { bareOf } from '../../message/jid.ts';
import { STATUSES } from '../../message/status.ts';
import type { WhyCommand } from '../commands/command.ts';
import { type AddressToken, type Token, tokensOf, type WordToken } from './lexer.ts';
import { isAddress, isMeant } from './meaning.ts';
import type { Sense } from './vocabulary.ts';

/** Words that stand beside "why" and change nothing. */
const BESIDE: readonly Sense[] = [
  ...(['silence', 'naming', 'aside', 'filler', 'opening', 'asking', 'person'] as const),
  ...(['no', 'none', 'for', 'upTo', 'tell', 'silent', 'receipts', 'status', 'text'] as const),
  ...STATUSES,
];

/** "Why did I hear nothing", "why no receipt from bob": the words beside "why". */
export function readWhy(rest: readonly Token[]): WhyCommand | undefined {
  const at = rest.findIndex(isAddress);
  const address = rest[at];
  if (address?.kind === 'address') return readAddressed(address, rest.slice(0, at));
  const [name, ...others] = rest.filter((token) => !isBeside(token));
  if (name === undefined) return { kind: 'why' };
  if (others.length > 0 || !isName(name, rest)) return undefined;
  return { kind: 'why', name: name.text };
}

/** Behind the address stands an id, or the rest of the sentence. */
function readAddressed(address: AddressToken, before: readonly Token[]): WhyCommand | undefined {
  const { resource, rest } = address;
  const isSentence = tokensOf(rest).every(isBeside);
  if (!before.every(isBeside) || (!isSentence && /\s/.test(rest))) return undefined;
  return {
    kind: 'why',
    recipient: bareOf(address.address),
    ...(resource === undefined ? {} : { resource }),
    ...(isSentence ? {} : { id: rest }),
  };
}

function isBeside(token: Token): boolean {
  return BESIDE.some((sense) => isMeant(token, sense));
}

/** An unknown word is a name where a name can stand; anywhere else it may be a typing error. */
function isName(token: Token, rest: readonly Token[]): token is WordToken {
  const before = rest[rest.indexOf(token) - 1];
  const isPlace = before === undefined || isMeant(before, 'naming') || isMeant(before, 'for');
  return token.kind === 'word' && token.senses.size === 0 && isPlace;
}
