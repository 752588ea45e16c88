import type { Accepted, AtSession, Fact, FactKind, Failed, Kept, Stored } from '../message/fact.ts';
import type { Side } from '../message/key.ts';
import { type IgnoredFact, isBelieved, isFactKind } from '../message/kinds.ts';
import { isPolicy } from '../message/policy.ts';
import type { Stamp } from '../message/time.ts';
import { digitsIn, unescaped } from './field.ts';
import { MAX_WITHIN } from './limits.ts';

// docs/protocol.md §2.2: one fact, with words for its details.

type Details = ReadonlyMap<string, string>;

/** Who reports a fact, and how that server writes the sender, if not as we do. */
export interface Reporter {
  readonly side: Side;
  readonly sender: string | undefined;
  /** The node of the server; empty: it has no name. */
  readonly node?: string;
}

/**
 * What a session did that hides from the sender. It is a kind of its own on the wire, so that a
 * daemon from before it leaves it out; such a daemon would tell it.
 */
const UNSEEN = 'unseen';

/** The fact in a field, or why it is left out. */
export function readFact(field: string, reporter: Reporter): Fact | IgnoredFact {
  const [word = '', at = '', ...words] = field.split(' ');
  const details = readDetails(words);
  if (word !== UNSEEN) return readKind(word, { at, details }, reporter);
  const fact = readKind(details.get('of') ?? '', { at, details }, reporter);
  return typeof fact === 'string' ? fact : hiddenFact(fact, details);
}

function readKind(
  kind: string,
  { at, details }: { at: string; details: Details },
  { side, sender, node = '' }: Reporter,
): Fact | IgnoredFact {
  const stamp = digitsIn(at);
  if (!isFactKind(kind)) return 'unknown kind';
  if (stamp === undefined) return 'no stamp';
  // Only the recipient's server can stop an answer.
  if (!isBelieved(kind, side) || (side === 'sender' && details.has('withheld')))
    return 'not theirs to know';
  const time = digitsIn(details.get('time') ?? '');
  return buildFact(kind, { at: stamp, ...optional('time', time), side }, { details, sender, node });
}

/**
 * Only the recipient's server knows what the recipient hides; and only what a session did can be
 * hidden.
 */
function hiddenFact(fact: Fact, details: Details): Fact | IgnoredFact {
  if (fact.side === 'sender') return 'not theirs to know';
  switch (fact.kind) {
    case 'sent':
    case 'acked':
    case 'lost':
      return { ...fact, unseen: true, ...optional('archived', isYes(details, 'archived')) };
    case 'stored':
    case 'kept':
      return { ...fact, unseen: true };
    case 'received':
    case 'displayed':
      // An answer that was not stopped has shown itself to the sender.
      return fact.withheld ? { ...fact, unseen: true } : fact;
    default:
      return 'nothing to hide';
  }
}

function buildFact(
  kind: FactKind,
  seen: { at: Stamp; time?: Stamp; side: Side },
  { details, sender, node }: { details: Details; sender: string | undefined; node: string },
): Fact {
  switch (kind) {
    case 'accepted':
      return {
        kind,
        ...seen,
        ...acceptedDetails(details),
        ...recipientsWord({ details, sender }, seen.side),
      };
    case 'stored':
      return { kind, ...seen, ...storedDetails(details) };
    case 'kept':
      return { kind, ...seen, ...keptDetails(details, node) };
    case 'gone':
      return { kind, ...seen, where: details.get('where') ?? 'offline' };
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
      return kind satisfies never;
  }
}

/** The details that only the recipient's server can know. */
function recipientsWord(
  { details, sender }: { details: Details; sender: string | undefined },
  side: Side,
): Pick<Accepted, 'policy' | 'token' | 'writtenSender'> {
  if (side === 'sender') return {};
  const policy = details.get('policy');
  return {
    ...optional('policy', isPolicy(policy) ? policy : undefined),
    ...optional('token', details.get('token')),
    ...optional('writtenSender', sender),
  };
}

function sessionDetails(details: Details): Pick<AtSession, 'resource' | 'unacknowledged'> {
  return {
    ...optional('resource', details.get('resource')),
    ...optional('unacknowledged', details.get('sm') === 'no' ? (true as const) : undefined),
  };
}

function storedDetails(details: Details): Pick<Stored, 'resource' | 'where'> {
  return {
    where: details.get('where') ?? 'offline',
    ...optional('resource', details.get('resource')),
  };
}

/** Only the queue of a session ends with its node. */
function keptDetails(details: Details, node: string): Pick<Kept, 'resource' | 'where' | 'node'> {
  const where = details.get('where') === 'archive' ? 'archive' : 'stream';
  const isOfNode = where === 'stream' && node !== '';
  return {
    ...optional('resource', details.get('resource')),
    where,
    ...optional('node', isOfNode ? node : undefined),
  };
}

function acceptedDetails(details: Details): Omit<Accepted, 'kind' | 'at' | 'time' | 'side'> {
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
    ...watchDetails(details),
  };
}

/** docs/protocol.md §3.2: for so long silence is fine. */
function watchDetails(details: Details): Pick<Accepted, 'within' | 'until'> {
  const within = digitsIn(details.get('within') ?? '');
  if (within === undefined || within < 1 || within > MAX_WITHIN) return {};
  return { within, ...optional('until', details.get('until')) };
}

function failedDetails(details: Details): Omit<Failed, 'kind' | 'at' | 'time' | 'side'> {
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
    if (equals >= 0) details.set(word.slice(0, equals), unescaped(word.slice(equals + 1)));
  }
  return details;
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}
