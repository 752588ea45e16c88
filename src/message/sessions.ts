import { type AtSession, type Fact, isUnseen, type Kept, type Stored } from './fact.ts';
import { isHeldByAStore, withoutDoubtfulEmptying } from './held.ts';
import type { Stamp } from './time.ts';

/** Facts about one session of the recipient. */
type OfSession = AtSession | Kept | (Stored & { readonly resource: string });

/**
 * A fact which says that one session does not have the message, because it is away or has ended.
 * Another session may have it.
 */
type Waiting = Kept | (Stored & { readonly resource: string });

/**
 * Leaves out what the sessions of the recipient contradict: a message waits for a session that is
 * away only while no other session that it was sent to is awake, and it is lost only if every
 * session that had it has lost it.
 */
export function withoutDoubtful(facts: readonly Fact[]): readonly Fact[] {
  return withoutDoubtfulLoss(withoutDoubtfulKeeping(withoutDoubtfulEmptying(facts)));
}

/** A server, or one node of it, has started anew. */
export interface Restarted {
  readonly at: Stamp;
  /** `undefined`: the whole server. */
  readonly node?: string | undefined;
}

/**
 * What the server lost when it started anew at that time: the queues of the sessions that it kept
 * for resumption. A message that a store may have, or that is elsewhere by now, is not lost. What a
 * session has that hides from the sender changes nothing for the others, so that it does not show.
 */
export function lostByRestart(facts: readonly Fact[], restarted: Restarted): readonly Fact[] {
  if (isHeldByAStore(facts)) return [];
  const seen = facts.filter((fact) => !isUnseen(fact));
  const hidden = lossesOf(facts, restarted).filter(isUnseen);
  return [...lossesOf(seen, restarted), ...hidden];
}

function lossesOf(facts: readonly Fact[], { at, node }: Restarted): readonly Fact[] {
  const isThere = (kept: Kept) => node === undefined || kept.node === node;
  const kept = withoutDoubtful(facts).filter(isKept).filter(isThere);
  const last = kept.at(-1);
  if (last === undefined || last.at >= at) return [];
  if (facts.some((fact) => fact.at > last.at && ENDS_KEEPING.has(fact.kind))) return [];
  const ofSessions = new Map(kept.map((fact) => [fact.resource, fact]));
  return [...ofSessions.values()].map((fact) => lossOf(fact, at));
}

function lossOf({ side, resource, unseen }: Kept, at: Stamp): Fact {
  const ofSession = resource === undefined ? {} : { resource };
  return { kind: 'lost', at, side, ...ofSession, ...(unseen && { unseen }) };
}

/** The facts after which the queue of a session held the message no more. */
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
