import type { Fact } from '../message/fact.ts';
import type { BareJid } from '../message/jid.ts';
import { type MessageKey, sideOf } from '../message/key.ts';
import type { Stamp } from '../message/time.ts';
import { readFact } from './fact-text.ts';
import { digitsIn, unescaped } from './field.ts';
import { MAX_ID_BYTES } from './limits.ts';

// docs/protocol.md §2.2: a batch is lines, a line is fields with tabs between them.

export type Line =
  | { readonly kind: 'message'; readonly key: MessageKey; readonly facts: readonly Fact[] }
  | { readonly kind: 'gap'; readonly at: Stamp; readonly count: number }
  | { readonly kind: 'deleted'; readonly at: Stamp; readonly account: BareJid }
  /** What that store held of the account's messages before then is there no more. */
  | {
      readonly kind: 'emptied';
      readonly at: Stamp;
      readonly account: BareJid;
      readonly store: string;
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bad'; readonly because: string };

/**
 * Reads the text of a batch that a domain sent. It never throws: what cannot be used is a `bad`
 * line with the reason.
 */
export function readLines(text: string, domain: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readLine(line, domain));
}

function readLine(line: string, domain: string): Line {
  const [sort = '', ...fields] = line.split('\t');
  switch (sort) {
    case 'message':
      return readMessage(fields, domain);
    case 'gap':
      return readGap(fields);
    case 'deleted':
      return readDeleted(fields, domain);
    case 'emptied':
      return readEmptied(fields, domain);
    default:
      return { kind: 'unknown' };
  }
}

function readMessage(
  [id = '', sender = '', recipient = '', ...facts]: readonly string[],
  domain: string,
): Line {
  const key = {
    id: unescaped(id),
    sender: unescaped(sender) as BareJid,
    recipient: unescaped(recipient) as BareJid,
  };
  const side = sideOf(key, domain);
  if (key.id === '' || Buffer.byteLength(key.id) > MAX_ID_BYTES)
    return bad(`id must have 1 to ${MAX_ID_BYTES} bytes`);
  if (!isBare(key.sender) || !isBare(key.recipient))
    return bad('sender and recipient must be bare JIDs');
  if (side === undefined) return bad(`neither sender nor recipient is of ${domain}`);
  return { kind: 'message', key, facts: facts.flatMap((fact) => readFact(fact, side)) };
}

function readGap([at = '', count = '']: readonly string[]): Line {
  const stamp = digitsIn(at);
  const items = digitsIn(count);
  if (stamp === undefined || items === undefined) return bad('a gap must have a stamp and a count');
  return { kind: 'gap', at: stamp, count: items };
}

function readDeleted([at = '', jid = '']: readonly string[], domain: string): Line {
  const stamp = digitsIn(at);
  const account = unescaped(jid);
  if (stamp === undefined || !account.endsWith(`@${domain}`))
    return bad(`a deleted account must be of ${domain}`);
  return { kind: 'deleted', at: stamp, account: account as BareJid };
}

function readEmptied([at = '', jid = '', store = '']: readonly string[], domain: string): Line {
  const stamp = digitsIn(at);
  const account = unescaped(jid);
  if (stamp === undefined || store === '' || !account.endsWith(`@${domain}`))
    return bad(`an emptied store must have a name, and be of a user of ${domain}`);
  return { kind: 'emptied', at: stamp, account: account as BareJid, store: unescaped(store) };
}

function isBare(jid: string): boolean {
  return jid !== '' && !jid.includes('/') && !jid.includes('\0');
}

function bad(because: string): Line {
  return { kind: 'bad', because };
}
