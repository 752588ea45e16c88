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
  /** The detail that makes two facts of this kind different, so that a record keeps both. */
  readonly differBy?: Difference;
}

type Difference = 'policy' | 'unacknowledged' | 'where' | 'withheld';

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
    differBy: 'policy',
  },
  relayed: { sides: ['sender'], proves: 'relayed', evidence: 'server', letsIn: false },
  sent: {
    sides: RECIPIENTS,
    proves: 'sent',
    evidence: 'server',
    letsIn: true,
    differBy: 'unacknowledged',
  },
  stored: {
    sides: RECIPIENTS,
    proves: 'stored',
    evidence: 'server',
    letsIn: true,
    differBy: 'where',
  },
  failed: { sides: ANY_SERVER, proves: 'failed', evidence: 'server', letsIn: false },
  lost: { sides: RECIPIENTS, proves: 'lost', evidence: 'server', letsIn: false },
  gone: {
    sides: ['component'],
    proves: 'lost',
    evidence: 'server',
    letsIn: false,
    differBy: 'where',
  },
  expired: { sides: ['component'], proves: 'expired', evidence: 'server', letsIn: false },
  acked: { sides: RECIPIENTS, proves: 'delivered', evidence: 'stream', letsIn: true },
  received: {
    sides: ANY_SERVER,
    proves: 'delivered',
    evidence: 'client',
    letsIn: true,
    differBy: 'withheld',
  },
  displayed: {
    sides: ANY_SERVER,
    proves: 'displayed',
    evidence: 'client',
    letsIn: true,
    differBy: 'withheld',
  },
  approved: { sides: ['component'], proves: 'confirmed', evidence: 'person', letsIn: false },
  declined: { sides: ['component'], proves: 'declined', evidence: 'person', letsIn: false },
} as const satisfies Readonly<Record<FactKind, KindOfFact>>;

export const FACT_KINDS: readonly FactKind[] = Object.keys(KINDS).filter(isFactKind);

export function isFactKind(word: string): word is FactKind {
  return Object.hasOwn(KINDS, word);
}

/** May that side report this kind? */
export function isBelieved(kind: FactKind, side: Side): boolean {
  const { sides }: KindOfFact = KINDS[kind];
  return sides.includes(side);
}

/** What makes this fact different from others of its kind; empty for most. */
export function differenceOf(fact: Fact): string {
  const { differBy }: KindOfFact = KINDS[fact.kind];
  const detail = differBy === undefined ? '' : String(detailsOf(fact)[differBy] ?? '');
  return isUnseen(fact) ? `unseen ${detailsOf(fact).archived ?? ''} ${detail}` : detail;
}

function detailsOf(fact: Fact) {
  return fact as Readonly<Partial<Record<Difference | 'archived', unknown>>>;
}
