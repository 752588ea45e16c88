import { type Fact, type FactKind, isUnseen } from './fact.ts';
import type { Side } from './key.ts';

/** Who says so: the server itself, the XEP-0198 stream, the recipient's client or the recipient. */
export type Evidence = 'server' | 'stream' | 'client' | 'person';

interface KindOfFact {
  /**
   * Which sides may report it: a server is believed about its own users and its own streams only.
   */
  readonly sides: readonly Side[];
  /** The status that it proves. The compiler checks in status.ts that it is one. */
  readonly proves: string;
  readonly evidence: Evidence;
  /**
   * Whether it shows that the recipient's server let the message in: a blocked one has no such
   * fact.
   */
  readonly letsIn: boolean;
  /** The details that make two facts of this kind different, so that a record keeps both. */
  readonly differBy?: readonly Difference[];
}

type Difference = 'policy' | 'unacknowledged' | 'where' | 'shown' | 'withheld' | 'resource';

/**
 * Clients choose resources, as many as they like. So a record does not tell apart all of them, but
 * so many groups: enough for the devices that people have.
 */
const GROUPS_OF_RESOURCES = 16;

const RECIPIENTS = ['recipient', 'both'] as const;
const ANY_SERVER = ['sender', 'recipient', 'both'] as const;

/**
 * The kinds of facts: a new one needs a row here, and the compiler and the tests lead on from
 * there.
 */
export const KINDS = {
  accepted: {
    sides: ANY_SERVER,
    proves: 'accepted',
    evidence: 'server',
    letsIn: false,
    differBy: ['policy'],
  },
  relayed: { sides: ['sender'], proves: 'relayed', evidence: 'server', letsIn: false },
  sent: {
    sides: RECIPIENTS,
    proves: 'sent',
    evidence: 'server',
    letsIn: true,
    differBy: ['unacknowledged', 'resource'],
  },
  kept: {
    sides: RECIPIENTS,
    proves: 'stored',
    evidence: 'server',
    letsIn: true,
    differBy: ['resource'],
  },
  stored: {
    sides: RECIPIENTS,
    proves: 'stored',
    evidence: 'server',
    letsIn: true,
    differBy: ['where', 'resource'],
  },
  failed: { sides: ANY_SERVER, proves: 'failed', evidence: 'server', letsIn: false },
  lost: {
    sides: RECIPIENTS,
    proves: 'lost',
    evidence: 'server',
    letsIn: false,
    differBy: ['resource'],
  },
  gone: {
    sides: ['component'],
    proves: 'lost',
    evidence: 'server',
    letsIn: false,
    differBy: ['where', 'shown'],
  },
  expired: { sides: ['component'], proves: 'expired', evidence: 'server', letsIn: false },
  acked: { sides: RECIPIENTS, proves: 'delivered', evidence: 'stream', letsIn: true },
  received: {
    sides: ANY_SERVER,
    proves: 'delivered',
    evidence: 'client',
    letsIn: true,
    differBy: ['withheld'],
  },
  displayed: {
    sides: ANY_SERVER,
    proves: 'displayed',
    evidence: 'client',
    letsIn: true,
    differBy: ['withheld'],
  },
  approved: { sides: ['component'], proves: 'confirmed', evidence: 'person', letsIn: false },
  declined: { sides: ['component'], proves: 'declined', evidence: 'person', letsIn: false },
} as const satisfies Readonly<Record<FactKind, KindOfFact>>;

export const FACT_KINDS: readonly FactKind[] = Object.keys(KINDS).filter(isFactKind);

export function isFactKind(word: string): word is FactKind {
  return Object.hasOwn(KINDS, word);
}

/** Why a fact that a server reports is left out. */
export type IgnoredFact =
  | 'unknown kind'
  | 'no stamp'
  | 'not theirs to know'
  | 'nothing to hide'
  | 'doubtful after a gap'
  | 'account deleted';

/** May that side report this kind? */
export function isBelieved(kind: FactKind, side: Side): boolean {
  const { sides }: KindOfFact = KINDS[kind];
  return sides.includes(side);
}

/** What makes this fact different from others of its kind; empty for most. */
export function differenceOf(fact: Fact): string {
  const { differBy }: KindOfFact = KINDS[fact.kind];
  const details = differBy?.map((detail) => differenceBy(detail, detailsOf(fact))) ?? [];
  const text = details.join(' ').trim();
  return isUnseen(fact) ? `unseen ${detailsOf(fact).archived ?? ''} ${text}` : text;
}

type Detailed = Readonly<Partial<Record<Difference | 'archived', unknown>>>;

function detailsOf(fact: Fact) {
  return fact as Detailed;
}

function differenceBy(detail: Difference, fact: Detailed): string {
  const value = String(fact[detail] ?? '');
  return detail === 'resource' && value !== '' ? groupOf(value) : value;
}

function groupOf(resource: string): string {
  let sum = 0;
  for (const letter of resource) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return String(sum % GROUPS_OF_RESOURCES);
}
