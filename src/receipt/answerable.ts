import type { Life } from '../message/life.ts';
import { type Proof, RANK } from '../message/status.ts';
import type { Decision } from './decision.ts';
import type { Disclosed } from './disclose.ts';
import { type ToldSoFar, untoldUntil } from './other-sessions.ts';
import { isAnsweredByClient } from './tick.ts';
import type { Told } from './tracked.ts';

export interface Answering extends ToldSoFar {
  readonly decision: Decision;
  readonly life: Life;
  readonly disclosed: Disclosed;
}

/**
 * A sender who wants no receipts may have asked. What the answer was is kept as what was told is:
 * otherwise a later answer would show that the recipient's policy has changed.
 */
export function withAnswerable(told: readonly Told[], answering: Answering): readonly Told[] {
  const { life, disclosed } = answering;
  if (!isUnwanted(answering)) return told;
  const proof = disclosed.proofs.findLast((it) => isAnswerable(it, answering));
  if (proof === undefined || proof.status === 'accepted') return told;
  const ofThis = told.filter(({ at }) => at >= life.startedAt);
  const rank = RANK[proof.status];
  if (ofThis.some(({ status }) => status === proof.status || RANK[status] > rank)) return told;
  const others = told.filter((it) => it.silent !== true || it.at < life.startedAt);
  const at = Math.max(proof.at, life.startedAt);
  return [...others, { status: proof.status, at, silent: true }];
}

/**
 * What waits for the client's own answer is told soon. What the client shows by an answer to this
 * message stays known by that answer, but not what it shows by the marker of a later one.
 */
function isUnwanted(answering: Answering): boolean {
  const { decision } = answering;
  if (decision.kind === 'wait') return !isAnswerable(decision.proof, answering);
  if (decision.kind !== 'hold') return false;
  return decision.because === 'client-shows-it'
    ? !isAnsweredByClient(answering.life)
    : decision.because === 'not-asked-for';
}

function isAnswerable(proof: Proof, answering: Answering): boolean {
  return untoldUntil(proof, answering.life, answering) === undefined;
}
