import { compareFacts, type Fact, isUnseen } from './fact.ts';
import { type Evidence, KINDS } from './kinds.ts';
import type { Life } from './life.ts';
import { withoutDoubtful } from './sessions.ts';
import { sortedBy } from './sorted.ts';
import type { Stamp } from './time.ts';

/**
 * What became of a message, in the words of RFC 5438 where it has them. A message only moves to the
 * right, except where the list below says otherwise:
 *
 *     accepted < relayed < the latest of {sent, stored, failed, lost, expired}
 *              < delivered < displayed < declined < confirmed
 *
 * - `stored` may follow `sent`, and `sent` may follow `stored`: the later stamp tells where the
 *   message is now.
 * - While a session of the recipient is awake that it was sent to, it is not `stored` because
 *   another session sleeps (sessions.ts).
 * - An error from one of two devices does not beat the acknowledgement of the other, and late
 *   evidence always counts.
 * - Between two servers the rank decides, because their clocks may differ.
 *
 * Stored and sent to clients: words are never changed, only added.
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

/**
 * The evidence of a status that we tell: we tell `delivered` by ourselves only if the stream proves
 * it.
 */
export function evidenceOfStatus(status: Status): Evidence {
  if (RANK[status] <= RANK.expired) return 'server';
  if (RANK[status] >= RANK.declined) return 'person';
  return status === 'delivered' ? 'stream' : 'client';
}

export interface Proof {
  readonly status: Status;
  readonly evidence: Evidence;
  readonly at: Stamp;
  readonly fact: Fact;
}

/** How far the recipient has read. XEP-0333 §1: a marker counts for all messages before it too. */
export interface ReadUpTo {
  /** The position of the marked message in the conversation. */
  readonly position: Stamp;
  /** When the marker was seen. */
  readonly at: Stamp;
  /** What the server's clock said then, if it differs. */
  readonly time?: Stamp | undefined;
}

export function isStatus(word: string): word is Status {
  return STATUSES.some((status) => status === word);
}

/**
 * Everything that the facts prove, the furthest last; of two with the same rank the later one last.
 */
export function proofsOf(facts: readonly Fact[]): readonly Proof[] {
  const best: Proof[] = [];
  for (const fact of withoutDoubtful(facts)) {
    const proof = proofOf(fact);
    const index = best.findIndex(({ status }) => status === proof.status);
    const known = best[index];
    if (known === undefined) best.push(proof);
    else if (isBetter(proof, known)) best[index] = proof;
  }
  return sortedBy(compareProofs, best);
}

/**
 * The facts of a message, and the marker of a later message if it counts for this one too: it does
 * if this one was delivered, and not only to a session that hides from the sender.
 */
export function factsReadUpTo(
  { facts, startedAt }: Life,
  readUpTo: ReadUpTo | undefined,
): readonly Fact[] {
  if (readUpTo === undefined || startedAt > readUpTo.position) return facts;
  const isDelivered = facts.some(
    (fact) => KINDS[fact.kind].proves === 'delivered' && !isUnseen(fact),
  );
  return isDelivered ? [...facts, displayedBy(readUpTo)] : facts;
}

function displayedBy({ at, time }: ReadUpTo): Fact {
  return { kind: 'displayed', at, side: 'both', ...(time === undefined ? {} : { time }) };
}

/** The furthest status that the facts prove; `undefined` for no facts. */
export function statusOf(facts: readonly Fact[]): Status | undefined {
  let furthest: Fact | undefined;
  for (const fact of withoutDoubtful(facts))
    if (furthest === undefined || compareProven(fact, furthest) > 0) furthest = fact;
  return furthest && KINDS[furthest.kind].proves;
}

function proofOf(fact: Fact): Proof {
  const { proves, evidence } = KINDS[fact.kind];
  return { status: proves, evidence, at: fact.at, fact };
}

/**
 * Up to `expired` the later proof counts, because these statuses can change. From `delivered` on
 * the client's own answer counts most, then the earlier proof.
 */
function isBetter(proof: Proof, known: Proof): boolean {
  if (RANK[proof.status] <= RANK.expired) return compareProofs(proof, known) > 0;
  if (proof.evidence !== known.evidence) return proof.evidence === 'client';
  return compareProofs(proof, known) < 0;
}

function compareProofs(a: Proof, b: Proof): number {
  return compareProven(a.fact, b.fact);
}

/** By what the facts prove: no proofs are made for it, as every item of the feed needs it. */
function compareProven(a: Fact, b: Fact): number {
  const [first, second] = [KINDS[a.kind].proves, KINDS[b.kind].proves];
  return (
    RANK[first] - RANK[second] ||
    a.at - b.at ||
    STATUSES.indexOf(first) - STATUSES.indexOf(second) ||
    compareFacts(a, b)
  );
}
