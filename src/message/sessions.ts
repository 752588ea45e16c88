import type { AtSession, Fact, Kept, Stored } from './fact.ts';
import type { Stamp } from './time.ts';

/** Facts about one session of the recipient. */
type OfSession = AtSession | Kept | (Stored & { readonly resource: string });

/** One session does not have it, because it is away or has ended; another one may. */
type Waiting = Kept | (Stored & { readonly resource: string });

/**
 * Leaves out what the sessions of the recipient contradict: a message waits for a session that is
 * away only while no other session that it was sent to is awake, and it is lost only if every
 * session that had it has lost it.
 */
export function withoutDoubtful(facts: readonly Fact[]): readonly Fact[] {
  return withoutDoubtfulLoss(withoutDoubtfulKeeping(facts));
}

/**
 * What the server lost when it started anew at that time: the queues of the sessions that it kept for
 * resumption. A message that the archive has, or that is elsewhere by now, is not lost.
 */
export function lostByRestart(facts: readonly Fact[], restartedAt: Stamp): readonly Fact[] {
  const kept = withoutDoubtful(facts).filter(isKept);
  const last = kept.at(-1);
  if (last === undefined || last.at >= restartedAt) return [];
  const isArchived = facts.some((fact) => 'where' in fact && fact.where === 'archive');
  const isElsewhere = facts.some(({ at, kind }) => at > last.at && ENDS_KEEPING.has(kind));
  if (isArchived || isElsewhere) return [];
  const lost = new Map(kept.map(({ resource, side }) => [resource, { side, resource }]));
  return [...lost.values()].map(({ side, resource }) => ({
    kind: 'lost',
    at: restartedAt,
    side,
    ...(resource !== undefined && { resource }),
  }));
}

/** After one of these the queue of the session held the message no more. */
const ENDS_KEEPING: ReadonlySet<Fact['kind']> = new Set([
  'sent',
  'stored',
  'failed',
  'lost',
  'acked',
  'received',
  'displayed',
]);

function withoutDoubtfulKeeping(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(isWaiting)) return facts;
  const isAwake = facts.some((fact) => fact.kind === 'sent' && !isOver(fact, facts));
  return isAwake ? facts.filter((fact) => !isWaiting(fact)) : facts;
}

/** Is the session that got the message away since, or gone? */
function isOver(sent: OfSession, facts: readonly Fact[]): boolean {
  return facts.some(
    (fact) =>
      (isWaiting(fact) || fact.kind === 'lost') &&
      fact.resource === sent.resource &&
      fact.at > sent.at,
  );
}

function withoutDoubtfulLoss(facts: readonly Fact[]): readonly Fact[] {
  const losses = facts.filter(({ kind }) => kind === 'lost') as readonly AtSession[];
  if (losses.length === 0) return facts;
  const isLostEverywhere = facts
    .filter((fact): fact is OfSession => fact.kind === 'sent' || fact.kind === 'kept')
    .every((had) => losses.some(({ resource }) => resource === had.resource));
  return isLostEverywhere ? facts : facts.filter(({ kind }) => kind !== 'lost');
}

function isWaiting(fact: Fact): fact is Waiting {
  return isKept(fact) || (fact.kind === 'stored' && fact.resource !== undefined);
}

function isKept(fact: Fact): fact is Kept {
  return fact.kind === 'kept';
}
