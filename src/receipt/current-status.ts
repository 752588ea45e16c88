import type { Evidence } from '../message/kinds.ts';
import { type Life, newestLife } from '../message/life.ts';
import { evidenceOfStatus, type Proof, proofsOf, RANK, type Status } from '../message/status.ts';
import { clientAnswers } from './client-answers.ts';
import { type Context, disclosedTo } from './disclose.ts';
import { entitlementOf } from './entitlement.ts';
import { type ToldSoFar, untoldUntil } from './other-sessions.ts';
import { type Receipt, receiptOf, timesOf } from './receipt.ts';
import type { Told, Tracked } from './tracked.ts';

/** That of the server that would have the news. It never goes back. */
export type ServerTime = ToldSoFar;

export type AnswerContext = Context & ServerTime;

/**
 * The furthest status of a message that its sender may know. It is never less than the sender was
 * told before. Otherwise a sender who asks often would see when a policy changes. It is also never
 * more than a receipt may say now: the answer does not wait for other sessions, but leaves out what
 * does. `undefined` if the message is not known to be accepted.
 */
export function currentStatusOf(tracked: Tracked, context: AnswerContext): Receipt | undefined {
  const { key, record } = tracked;
  const life = newestLife(record);
  if (life === undefined) return undefined;
  const disclosed = [
    furthestTold(tracked, life, context),
    answeredByClient(tracked, life, context),
  ];
  const receipts = disclosed.flatMap((proof) =>
    proof === undefined ? [] : [receiptOf(key, proof, life)],
  );
  const told = tracked.told.filter(({ at }) => at >= life.startedAt);
  const known = [...receipts, ...told.map((it) => toldBefore(it, tracked, life))].reduce(further);
  return endedIfDue(known, context);
}

/** Every status that the sender may know now, or was told of this life. */
export function disclosedNow(
  { key, told }: Tracked,
  life: Life,
  context: AnswerContext,
): readonly Status[] {
  const proofs = disclosedTo(key, life, context).proofs.filter((proof) =>
    isTellable(proof, life, context),
  );
  const before = told.filter(({ at }) => at >= life.startedAt);
  return [...proofs, ...before].map(({ status }) => status);
}

function isTellable(proof: Proof, life: Life, context: AnswerContext): boolean {
  return untoldUntil(proof, life, context) === undefined;
}

function furthestTold({ key }: Tracked, life: Life, context: AnswerContext): Proof | undefined {
  return disclosedTo(key, life, context).proofs.findLast((proof) =>
    isTellable(proof, life, context),
  );
}

/**
 * A sender who may know no more than `accepted` is told after the limit that no more news came,
 * whatever happened: blocked, refused, hidden and lost look the same. Only in answers: a receipt
 * would show the difference to a message that has news (docs/decisions/0007).
 */
function endedIfDue(known: Receipt, { rules, completeUpTo }: AnswerContext): Receipt {
  const at = known.messageAt + rules.expireAfter;
  if (known.status !== 'accepted' || at > completeUpTo) return known;
  const time = known.time === undefined ? {} : { time: at + known.time - known.at };
  return { ...known, status: 'expired', at, ...time };
}

/** What the recipient's client itself has answered to the sender's client. */
function answeredByClient(
  { key }: Tracked,
  life: Life,
  { rules, readUpTo }: Context,
): Proof | undefined {
  if (entitlementOf(key, life, rules) === 'stranger') return undefined;
  return proofsOf(clientAnswers(life, readUpTo)).at(-1);
}

/** The receipt as it was then. It must not show what has happened since. */
function toldBefore({ status, at }: Told, { key }: Tracked, life: Life): Receipt {
  const fact = life.facts.find((it) => it.at === at);
  const condition = fact?.kind === 'failed' ? { condition: fact.condition } : {};
  const evidence: Evidence = evidenceOfStatus(status);
  // Without a fact it was told by a marker of a later message.
  const times = timesOf(life, fact ?? { kind: 'displayed', at, side: 'component' });
  return { key, status, evidence, at, messageAt: life.startedAt, ...times, ...condition };
}

/** If both have the same rank, the one that was already there stays. */
function further(known: Receipt, other: Receipt): Receipt {
  return RANK[other.status] > RANK[known.status] ? other : known;
}
