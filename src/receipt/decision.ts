import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import { type Proof, RANK, type Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { type Audience, isFor } from './audience.ts';
import type { Disclosed } from './disclose.ts';
import { type ToldSoFar, untoldUntil } from './other-sessions.ts';
import type { Preferences } from './preferences.ts';
import type { Rules } from './rules.ts';
import { isAnsweredByClient } from './tick.ts';
import type { Told } from './tracked.ts';

// What the decisions for programs (decide.ts) and for people (words.ts) have in common.

/** Is the sender told now, later, or not? With the reason. */
export type Decision =
  /** The statuses to tell: a receipt for each, in this order. */
  | { readonly kind: 'tell'; readonly proofs: readonly Proof[] }
  | { readonly kind: 'wait'; readonly proof: Proof; readonly until: Stamp }
  | { readonly kind: 'hold'; readonly because: HoldReason };

/** `judge` itself holds what is not known to be accepted. */
export type HoldReason =
  | 'not-accepted'
  | 'sender-is-elsewhere'
  | 'nothing-to-tell'
  | 'not-asked-for'
  | 'already-told'
  | 'client-answered'
  | 'client-shows-it'
  | 'server-told'
  /** The last two hold back words only. */
  | 'words-off'
  | 'mentioned';

/**
 * The reasons with which no receipt is needed: the sender's client has learned the status without
 * us.
 */
const NEEDLESS: readonly HoldReason[] = ['client-answered', 'client-shows-it', 'server-told'];

/** What a decision is based on. */
export interface Matter extends ToldSoFar {
  readonly key: MessageKey;
  readonly life: Life;
  readonly disclosed: Disclosed;
  /** What was told of this life, whoever the audience. */
  readonly told: readonly Told[];
  readonly rules: Rules;
  readonly sender: Preferences;
}

/** Does the sender's client know it already? Then a receipt that has not left yet is taken back. */
export function isNeedless(decision: Decision): boolean {
  return decision.kind === 'hold' && NEEDLESS.includes(decision.because);
}

/**
 * A status also counts as told if a further one was told, to whichever audience: no receipt goes
 * backwards, even if the sender may now know less. But `declined` says nothing about the delivery,
 * so `failed` may still follow it.
 */
export function isTold({ status }: Proof, told: readonly Told[], audience: Audience): boolean {
  const mayFollow = (other: Status) => other === 'declined' && status === 'failed';
  return told.some((other) =>
    other.status === status
      ? isFor(other, audience)
      : RANK[other.status] > RANK[status] && !mayFollow(other.status),
  );
}

/** For what other sessions, or other nodes, may still say. */
export function waitForOthers(proofs: readonly Proof[], matter: Matter): Decision | undefined {
  for (const proof of proofs) {
    const until = untoldUntil(proof, matter.life, matter);
    if (until !== undefined) return { kind: 'wait', proof, until };
  }
  return undefined;
}

/** We wait first: if the recipient's client answers by itself, no receipt is needed. */
export function tellAfterGrace(matter: Matter, proof: Proof): Decision {
  return tellAfter(matter.rules.grace, matter, proof);
}

export function tellAfter(delay: Stamp, { completeUpTo }: Matter, proof: Proof): Decision {
  const until = proof.at + delay;
  return until <= completeUpTo ? tellNow(proof) : { kind: 'wait', proof, until };
}

export function tellNow(proof: Proof): Decision {
  return { kind: 'tell', proofs: [proof] };
}

export function hold(because: HoldReason): Decision {
  return { kind: 'hold', because };
}

/**
 * An answer that went through says more than what happened before it, also to a sender who may not
 * know from us that the message was delivered.
 */
export function isOutdone(proof: Proof, life: Life): boolean {
  return RANK[proof.status] < RANK.delivered && isAnsweredByClient(life);
}

/** XEP-0333 §4.1: the sender's client asked for markers, so it got and understood the marker. */
export function isMarkable(life: Life): boolean {
  return acceptedFacts(life).some(({ markable }) => markable === true);
}

/**
 * The last such fact counts: the server first says that it wrote its error to a stream, and takes
 * that back if the stream breaks.
 */
export function wasHandedError({ facts }: Life): boolean {
  const last = facts.findLast((fact) => fact.kind === 'failed');
  return last?.handed === true;
}
