import type { Fact } from '../message/fact.ts';
import { type BareJid, isOccupant, occupantOf } from '../message/jid.ts';
import { type MessageKey, sideOf } from '../message/key.ts';
import type { IgnoredFact } from '../message/kinds.ts';
import type { Stamp } from '../message/time.ts';
import { type Reporter, readFact } from './fact-text.ts';
import { digitsIn, unescaped } from './field.ts';
import { MAX_ID_BYTES, MAX_KEY_BYTES } from './limits.ts';
import { type Spelling, spellingFor } from './spelling/spelling.ts';

// docs/protocol.md §2.2: a batch is lines, a line is fields with tabs between them.

interface ReadFacts {
  readonly facts: readonly Fact[];
  /** Why facts were left out; most lines have none of these. */
  readonly ignored?: readonly IgnoredFact[];
}

export type Line =
  | ({ readonly kind: 'message'; readonly key: MessageKey } & ReadFacts)
  | { readonly kind: 'gap'; readonly at: Stamp; readonly count: number }
  | { readonly kind: 'deleted'; readonly at: Stamp; readonly account: BareJid }
  /** What that store held of the account's messages before then is there no more. */
  | {
      readonly kind: 'emptied';
      readonly at: Stamp;
      readonly account: BareJid;
      readonly store: string;
      /** The contacts to whom it is shown that the account's owner has come. */
      readonly shownTo: readonly BareJid[];
    }
  /** The whole server has started anew, or only the node that sent the batch. */
  | { readonly kind: 'restarted'; readonly at: Stamp; readonly isWhole: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bad'; readonly because: string };

/**
 * Reads the text of a batch that a domain sent. It never throws: what cannot be used is a `bad`
 * line with the reason.
 */
export function readLines(
  text: string,
  domain: string,
  { spell = spellingFor([domain]), node = '' }: Partial<Omit<Reading, 'domain'>> = {},
): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readLine(line, { domain, spell, node }));
}

/** Whose lines these are, and how the addresses in them are spelled. */
interface Reading {
  readonly domain: string;
  readonly spell: Spelling;
  /** The node that sent them; empty: it has no name. */
  readonly node: string;
}

function readLine(line: string, reading: Reading): Line {
  const [sort = '', ...fields] = line.split('\t');
  switch (sort) {
    case 'message':
      return readMessage(fields, reading);
    case 'gap':
      return readGap(fields);
    case 'deleted':
      return readDeleted(fields, reading);
    case 'emptied':
      return readEmptied(fields, reading);
    case 'restarted':
      return readRestarted(fields, true);
    case 'node-restarted':
      return readRestarted(fields, false);
    default:
      return { kind: 'unknown' };
  }
}

function readMessage(
  [id = '', sender = '', recipient = '', ...facts]: readonly string[],
  { domain, spell, node }: Reading,
): Line {
  const written = unescaped(sender);
  const bare = { sender: spell(written), recipient: spell(unescaped(recipient)) };
  const occupant = nickIn(facts);
  const key = { id: unescaped(id), ...addressed(bare, occupant) };
  const side = sideOf(key, domain);
  const problem = problemOf(key);
  if (problem !== undefined) return bad(problem);
  if (!isBare(bare.sender) || !isBare(bare.recipient))
    return bad('sender and recipient must be bare JIDs');
  if (side === undefined) return bad(`neither sender nor recipient is of ${domain}`);
  const seen = { side, node, sender: written === key.sender ? undefined : written };
  const reported = occupant === undefined ? facts : facts.filter(isNoOccupant);
  return { kind: 'message', key, ...readFacts(reported, seen) };
}

type Pair = Pick<MessageKey, 'sender' | 'recipient'>;

function addressed(pair: Pair, occupant: string | undefined): Pair {
  if (occupant === undefined) return pair;
  return { ...pair, recipient: occupantOf(pair.recipient, occupant) };
}

/** What no store could hold. */
function problemOf({ id, sender, recipient }: MessageKey): string | undefined {
  if (id === '' || Buffer.byteLength(id) > MAX_ID_BYTES)
    return `id must have 1 to ${MAX_ID_BYTES} bytes`;
  if (Buffer.byteLength(id + sender + recipient) > MAX_KEY_BYTES)
    return `sender, recipient and id must have at most ${MAX_KEY_BYTES} bytes together`;
  return id.includes('\0') || (isOccupant(recipient) && recipient.includes('\0'))
    ? 'no NUL may stand in an id or a nick'
    : undefined;
}

function readFacts(fields: readonly string[], reporter: Reporter): ReadFacts {
  const read = fields.map((field) => readFact(field, reporter));
  const facts = read.filter((fact) => typeof fact !== 'string');
  if (facts.length === read.length) return { facts };
  return { facts, ignored: read.filter((reason) => typeof reason === 'string') };
}

/**
 * The nick of the occupant, in a private message in a room. A side that does not know the field
 * takes it for an unknown fact.
 */
function nickIn(facts: readonly string[]): string | undefined {
  const field = facts.find((fact) => fact.startsWith(OCCUPANT));
  return field && unescaped(field.slice(OCCUPANT.length));
}

function isNoOccupant(field: string): boolean {
  return !field.startsWith(OCCUPANT);
}

const OCCUPANT = 'occupant 0 nick=';

function readGap([at = '', count = '']: readonly string[]): Line {
  const stamp = digitsIn(at);
  const items = digitsIn(count);
  if (stamp === undefined || items === undefined) return bad('a gap must have a stamp and a count');
  return { kind: 'gap', at: stamp, count: items };
}

function readDeleted([at = '', jid = '']: readonly string[], { domain, spell }: Reading): Line {
  const stamp = digitsIn(at);
  const account = spell(unescaped(jid));
  if (stamp === undefined || !isUserOf(domain, account))
    return bad(`a deleted account must be of ${domain}`);
  return { kind: 'deleted', at: stamp, account };
}

function readEmptied(fields: readonly string[], { domain, spell }: Reading): Line {
  const [at = '', jid = '', store = '', ...contacts] = fields;
  const stamp = digitsIn(at);
  const account = spell(unescaped(jid));
  if (stamp === undefined || store === '' || !isUserOf(domain, account))
    return bad(`an emptied store must have a name, and be of a user of ${domain}`);
  const shownTo = contacts.map((contact) => spell(unescaped(contact)));
  return { kind: 'emptied', at: stamp, account, store: unescaped(store), shownTo };
}

function readRestarted([at = '']: readonly string[], isWhole: boolean): Line {
  const stamp = digitsIn(at);
  return stamp === undefined
    ? bad('a restart must have a stamp')
    : { kind: 'restarted', at: stamp, isWhole };
}

function isUserOf(domain: string, account: BareJid): boolean {
  return account.endsWith(`@${domain}`) && isBare(account);
}

function isBare(jid: string): boolean {
  return jid !== '' && !jid.includes('/') && !jid.includes('\0');
}

function bad(because: string): Line {
  return { kind: 'bad', because };
}
