import { unreachable } from '../unreachable.ts';
import type { AtSession, Fact, FactKind } from './fact.ts';
import type { Life } from './life.ts';
import type { Stamp } from './time.ts';

/**
 * What became of a message; the words of RFC 5438 where it has them. From left to right, and never back:
 *
 *     accepted < relayed < the latest of {sent, stored, failed, lost, expired} < delivered < displayed < declined < confirmed
 *
 * - `stored` may follow `sent` and `sent` `stored`: the later stamp tells where the message is now.
 * - A bounce from one of two devices does not beat the other's acknowledgement, and late evidence always wins.
 * - Between two servers the rank decides, not the clocks.
 *
 * Persisted and sent to clients: words are never changed, only added.
 */
export const STATUSES = [
  'accepted',
  'relayed',
  'sent',
  'stored',
  'failed',
  'lost',
  'expired',
  'delivered',
  'displayed',
  'declined',
  'confirmed',
] as const;
export type Status = (typeof STATUSES)[number];

export const RANK: Readonly<Record<Status, number>> = {
  accepted: 0,
  relayed: 1,
  sent: 2,
  stored: 2,
  failed: 2,
  lost: 2,
  expired: 2,
  delivered: 3,
  displayed: 4,
  declined: 5,
  confirmed: 6,
};

const PROVES: Readonly<Record<FactKind, Status>> = {
  accepted: 'accepted',
  relayed: 'relayed',
  sent: 'sent',
  stored: 'stored',
  failed: 'failed',
  lost: 'lost',
  expired: 'expired',
  acked: 'delivered',
  received: 'delivered',
  displayed: 'displayed',
  approved: 'confirmed',
  declined: 'declined',
};

/** Who says so: the server did it, the XEP-0198 stream acknowledged it, the client or the person answered. */
export type Evidence = 'server' | 'stream' | 'client' | 'person';

/** Who says so where we say it: `delivered` is told unasked by the stream's word only. */
export function evidenceOfStatus(status: Status): Evidence {
  if (RANK[status] <= RANK.expired) return 'server';
  if (RANK[status] >= RANK.declined) return 'person';
  return status === 'delivered' ? 'stream' : 'client';
}

/** A status and what proves it. */
export interface Proof {
  readonly status: Status;
  readonly evidence: Evidence;
  readonly at: Stamp;
  readonly fact: Fact;
}

/** How far the recipient of a pair said to have read: XEP-0333 §1, a marker means "up to here". */
export interface ReadUpTo {
  /** Where the marked message stands in the conversation. */
  readonly position: Stamp;
  /** When the marker was seen. */
  readonly at: Stamp;
}

export function isStatus(word: string): word is Status {
  return STATUSES.some((status) => status === word);
}

/** Everything that the facts prove, furthest last; of equal rank the latest last. */
export function proofsOf(facts: readonly Fact[]): readonly Proof[] {
  const best = new Map<Status, Proof>();
  for (const proof of withoutDoubtfulLoss(facts).map(proofOf)) {
    const known = best.get(proof.status);
    if (known === undefined || isBetter(proof, known)) best.set(proof.status, proof);
  }
  return [...best.values()].sort(compareProofs);
}

/** The facts of a message, and the marker of a later message if it covers this one: only what was delivered is covered. */
export function factsReadUpTo(
  { facts, startedAt }: Life,
  readUpTo: ReadUpTo | undefined,
): readonly Fact[] {
  if (readUpTo === undefined || startedAt > readUpTo.position) return facts;
  const isDelivered = facts.some(({ kind }) => PROVES[kind] === 'delivered');
  return isDelivered ? [...facts, { kind: 'displayed', at: readUpTo.at, side: 'both' }] : facts;
}

/** The furthest status that the facts prove; `undefined` for no facts. */
export function statusOf(facts: readonly Fact[]): Status | undefined {
  let furthest: Proof | undefined;
  for (const proof of withoutDoubtfulLoss(facts).map(proofOf))
    if (furthest === undefined || compareProofs(proof, furthest) > 0) furthest = proof;
  return furthest?.status;
}

/** What one device lost is not lost while another one that it was sent to may have it. */
function withoutDoubtfulLoss(facts: readonly Fact[]): readonly Fact[] {
  const losses = facts.filter(isOf('lost'));
  if (losses.length === 0) return facts;
  const isLostEverywhere = facts
    .filter(isOf('sent'))
    .every((sent) => losses.some(({ resource }) => resource === sent.resource));
  return isLostEverywhere ? facts : facts.filter(({ kind }) => kind !== 'lost');
}

function isOf(kind: AtSession['kind']): (fact: Fact) => fact is AtSession {
  return (fact): fact is AtSession => fact.kind === kind;
}

function proofOf(fact: Fact): Proof {
  return { status: PROVES[fact.kind], evidence: evidenceOf(fact.kind), at: fact.at, fact };
}

function evidenceOf(kind: FactKind): Evidence {
  switch (kind) {
    case 'accepted':
    case 'relayed':
    case 'sent':
    case 'stored':
    case 'failed':
    case 'lost':
    case 'expired':
      return 'server';
    case 'acked':
      return 'stream';
    case 'received':
    case 'displayed':
      return 'client';
    case 'approved':
    case 'declined':
      return 'person';
    default:
      return unreachable(kind);
  }
}

/** Of what can come and go the latest counts; of what stays the client's own word first, then the earliest. */
function isBetter(proof: Proof, known: Proof): boolean {
  if (RANK[proof.status] <= RANK.expired) return compareProofs(proof, known) > 0;
  if (proof.evidence !== known.evidence) return proof.evidence === 'client';
  return compareProofs(proof, known) < 0;
}

function compareProofs(a: Proof, b: Proof): number {
  return (
    RANK[a.status] - RANK[b.status] ||
    a.at - b.at ||
    STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status)
  );
}
