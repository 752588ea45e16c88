import type { Accepted, AtSession, Fact, FactKind, Failed } from '../message/fact.ts';
import { isBelieved, isFactKind } from '../message/fact.ts';
import type { BareJid } from '../message/jid.ts';
import { type MessageKey, type Side, sideOf } from '../message/key.ts';
import { isPolicy } from '../message/policy.ts';
import type { Stamp } from '../message/time.ts';
import { unreachable } from '../unreachable.ts';

// docs/protocol.md §2.2: lines of fields; the text of a batch of facts.

/** What one line says. */
export type Line =
  | { readonly kind: 'message'; readonly key: MessageKey; readonly facts: readonly Fact[] }
  | { readonly kind: 'gap'; readonly at: Stamp; readonly count: number }
  | { readonly kind: 'deleted'; readonly at: Stamp; readonly account: BareJid }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bad'; readonly because: string };

/** Bytes; a longer id is not tracked. */
const MAX_ID_BYTES = 256;

type Details = ReadonlyMap<string, string>;

/** Reads the text of a batch that a domain sent. Never throws: what cannot be used is a `bad` line with its reason. */
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
    default:
      return { kind: 'unknown' };
  }
}

function readMessage(
  [id = '', sender = '', recipient = '', ...facts]: readonly string[],
  domain: string,
): Line {
  const key = {
    id: plain(id),
    sender: plain(sender) as BareJid,
    recipient: plain(recipient) as BareJid,
  };
  const side = sideOf(key, domain);
  if (key.id === '' || Buffer.byteLength(key.id) > MAX_ID_BYTES)
    return bad('id must have 1 to 256 bytes');
  if (!isBare(key.sender) || !isBare(key.recipient))
    return bad('sender and recipient must be bare JIDs');
  if (side === undefined) return bad(`neither sender nor recipient is of ${domain}`);
  return { kind: 'message', key, facts: facts.flatMap((fact) => readFact(fact, side)) };
}

function readGap([at = '', count = '']: readonly string[]): Line {
  const stamp = readDigits(at);
  const items = readDigits(count);
  if (stamp === undefined || items === undefined) return bad('a gap must have a stamp and a count');
  return { kind: 'gap', at: stamp, count: items };
}

function readDeleted([at = '', jid = '']: readonly string[], domain: string): Line {
  const stamp = readDigits(at);
  const account = plain(jid);
  if (stamp === undefined || !account.endsWith(`@${domain}`))
    return bad(`a deleted account must be of ${domain}`);
  return { kind: 'deleted', at: stamp, account: account as BareJid };
}

/** One fact, or none: unknown kinds are ignored, and so is what this side cannot know. */
function readFact(field: string, side: Side): readonly Fact[] {
  const [kind = '', at = '', ...words] = field.split(' ');
  const stamp = readDigits(at);
  if (!isFactKind(kind) || stamp === undefined || !isBelieved(kind, side)) return [];
  const details = readDetails(words);
  // Only the recipient's server can stop an answer.
  if (side === 'sender' && details.has('withheld')) return [];
  return [buildFact(kind, { at: stamp, side }, details)];
}

function buildFact(kind: FactKind, seen: { at: Stamp; side: Side }, details: Details): Fact {
  switch (kind) {
    case 'accepted':
      return { kind, ...seen, ...acceptedDetails(details), ...recipientsWord(details, seen.side) };
    case 'stored':
      return { kind, ...seen, where: details.get('where') === 'archive' ? 'archive' : 'offline' };
    case 'failed':
      return { kind, ...seen, ...failedDetails(details) };
    case 'sent':
    case 'acked':
    case 'lost':
      return { kind, ...seen, ...sessionDetails(details) };
    case 'received':
    case 'displayed':
      return { kind, ...seen, ...optional('withheld', isYes(details, 'withheld')) };
    case 'relayed':
    case 'approved':
    case 'declined':
    case 'expired':
      return { kind, ...seen };
    default:
      return unreachable(kind);
  }
}

/** What only the recipient's server can say of a message. */
function recipientsWord(details: Details, side: Side): Pick<Accepted, 'policy' | 'token'> {
  if (side === 'sender') return {};
  const policy = details.get('policy');
  return {
    ...optional('policy', isPolicy(policy) ? policy : undefined),
    ...optional('token', details.get('token')),
  };
}

function sessionDetails(details: Details): Pick<AtSession, 'resource' | 'unacknowledged'> {
  return {
    ...optional('resource', details.get('resource')),
    ...optional('unacknowledged', details.get('sm') === 'no' ? (true as const) : undefined),
  };
}

function acceptedDetails(details: Details): Omit<Accepted, 'kind' | 'at' | 'side'> {
  const report = details.get('report');
  return {
    type: details.get('type') === 'chat' ? 'chat' : 'normal',
    ...optional(
      'maySee',
      details.get('may-see') === undefined ? undefined : details.get('may-see') === 'yes',
    ),
    ...optional('originId', details.get('origin-id')),
    ...optional('markable', isYes(details, 'markable')),
    ...optional(
      'report',
      report?.split(',').filter((word) => word !== ''),
    ),
  };
}

function failedDetails(details: Details): Omit<Failed, 'kind' | 'at' | 'side'> {
  return {
    condition: details.get('condition') ?? 'undefined-condition',
    ...optional('type', details.get('type')),
    ...optional('handed', isYes(details, 'handed')),
  };
}

function isYes(details: Details, name: string): true | undefined {
  return details.get(name) === 'yes' ? true : undefined;
}

function readDetails(words: readonly string[]): Details {
  const details = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals >= 0) details.set(word.slice(0, equals), plain(word.slice(equals + 1)));
  }
  return details;
}

function readDigits(text: string): number | undefined {
  const number = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

/** Control characters, space and `%` stand as `%` and two hexadecimal digits. */
function plain(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-7][0-9A-F])/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** How a text stands in a field, whatever is in it. */
export function escapeField(text: string): string {
  return text.replace(/[%\x20\x7f\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code > 0x7f ? character : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function isBare(jid: string): boolean {
  return jid !== '' && !jid.includes('/') && !jid.includes('\0');
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}

function bad(because: string): Line {
  return { kind: 'bad', because };
}
