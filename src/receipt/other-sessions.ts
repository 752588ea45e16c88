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

/**
 * The time until which nobody is told this, neither by a receipt nor when asking; `undefined`: it
 * may be told at once.
 */
export function untoldUntil(
  { fact, at }: Proof,
  { facts }: Life,
  completeUpTo: Stamp,
): Stamp | undefined {
  const waits = fact.kind === 'kept' || isArchived(fact) || isAmongArchived(fact, facts);
  const until = at + OTHER_SESSIONS;
  return waits && until > completeUpTo ? until : undefined;
}

function isArchived(fact: Fact): boolean {
  return fact.kind === 'stored' && fact.where === 'archive';
}

/** Does another store hold the message too? */
function isAmongArchived({ kind }: Fact, facts: readonly Fact[]): boolean {
  return kind === 'stored' && facts.some(isArchived);
}
