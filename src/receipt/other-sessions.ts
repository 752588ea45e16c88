import type { Fact } from '../message/fact.ts';
import type { Life } from '../message/life.ts';
import type { Proof } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';

/**
 * A session that is away, and one that is awake, get the message at the same time. Which of the two
 * facts comes first is chance, so what waits for a session is told a moment later. So is what the
 * archive has: it may be a session that hides which has it, and that must not show by the time.
 */
const OTHER_SESSIONS: Stamp = 200_000;

/** How far the servers have told what they saw. */
export interface ToldSoFar {
  /** Everything that the servers saw up to this time has reached us. */
  readonly completeUpTo: Stamp;
  /** Facts of one message may come from several nodes, and those of one node before older ones. */
  readonly hasSeveralNodes?: boolean | undefined;
}

/**
 * The time until which nobody is told this, neither by a receipt nor when asking; `undefined`: it
 * may be told at once.
 */
export function untoldUntil(proof: Proof, life: Life, soFar: ToldSoFar): Stamp | undefined {
  const until = waitsUntil(proof, life, soFar);
  return until !== undefined && until > soFar.completeUpTo ? until : undefined;
}

/** That a message is lost follows from facts that are not there: another node may have them. */
function waitsUntil(
  { fact, at, status }: Proof,
  { facts }: Life,
  { hasSeveralNodes }: ToldSoFar,
): Stamp | undefined {
  if (status === 'lost' && hasSeveralNodes === true) return at;
  const waits = fact.kind === 'kept' || isArchived(fact) || isAmongArchived(fact, facts);
  return waits ? at + OTHER_SESSIONS : undefined;
}

function isArchived(fact: Fact): boolean {
  return fact.kind === 'stored' && fact.where === 'archive';
}

/** Does another store hold the message too? */
function isAmongArchived({ kind }: Fact, facts: readonly Fact[]): boolean {
  return kind === 'stored' && facts.some(isArchived);
}
