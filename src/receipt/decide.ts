import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import { type Proof, RANK, type Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { Disclosed } from './disclose.ts';
import { type ToldSoFar, untoldUntil } from './other-sessions.ts';
import type { Preferences } from './preferences.ts';
import { askedFor } from './report.ts';
import type { Rules } from './rules.ts';
import { isAnsweredByClient } from './tick.ts';

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
  | 'server-told';

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
  readonly told: readonly Status[];
  readonly rules: Rules;
  readonly sender: Preferences;
}

export function decide(matter: Matter): Decision {
  if (!matter.rules.domains.includes(domainOf(matter.key.sender)))
    return hold('sender-is-elsewhere');
  const asked = askedFor(matter.life);
  return asked === undefined ? decideUnasked(matter) : decideAsked(matter, asked);
}

/** Does the sender's client know it already? Then a receipt that has not left yet is taken back. */
export function isNeedless(decision: Decision): boolean {
  return decision.kind === 'hold' && NEEDLESS.includes(decision.because);
}

/**
 * With `<report/>` the sender gets exactly the named statuses, at once, even if the sender's client
 * learns them without us. All proved ones are told, so it does not matter which facts came
 * together.
 */
function decideAsked(matter: Matter, asked: readonly Status[]): Decision {
  const { disclosed, told } = matter;
  const proved = disclosed.proofs.filter(
    ({ status }) => status !== 'accepted' && asked.includes(status),
  );
  if (proved.length === 0) return holdUnwanted(matter);
  const untold = proved.filter((proof) => !isTold(proof, told));
  if (untold.length === 0) return hold('already-told');
  return waitForOthers(untold, matter) ?? { kind: 'tell', proofs: untold };
}

/** It is not told, but may be answered: so it is looked at when it could be told. */
function holdUnwanted(matter: Matter): Decision {
  return waitForOthers(matter.disclosed.proofs.slice(-1), matter) ?? hold('not-asked-for');
}

/** For what other sessions, or other nodes, may still say. */
function waitForOthers(proofs: readonly Proof[], matter: Matter): Decision | undefined {
  for (const proof of proofs) {
    const until = untoldUntil(proof, matter.life, matter);
    if (until !== undefined) return { kind: 'wait', proof, until };
  }
  return undefined;
}

function decideUnasked(matter: Matter): Decision {
  const proof = matter.disclosed.proofs.at(-1);
  if (proof === undefined || proof.status === 'accepted') return hold('nothing-to-tell');
  if (!wanted(matter).includes(proof.status)) return holdUnwanted(matter);
  const decision = isOutdone(proof, matter.life)
    ? hold('client-answered')
    : decideByStatus(matter, proof);
  if (decision.kind === 'hold') return decision;
  return isTold(proof, matter.told) ? hold('already-told') : decision;
}

/** The statuses that are told without `<report/>`: the sender's choice, else the operator's. */
function wanted({ sender, rules }: Matter): readonly Status[] {
  return sender.statuses ?? rules.statuses;
}

/**
 * A status also counts as told if a further one was told: no receipt goes backwards, even if the
 * sender may now know less. But `declined` says nothing about the delivery, so `failed` may still
 * follow it.
 */
function isTold({ status }: Proof, told: readonly Status[]): boolean {
  const mayFollow = (other: Status) => other === 'declined' && status === 'failed';
  return told.some(
    (other) => other === status || (RANK[other] > RANK[status] && !mayFollow(other)),
  );
}

/**
 * An answer that went through says more than what happened before it, also to a sender who may not
 * know from us that the message was delivered.
 */
function isOutdone(proof: Proof, life: Life): boolean {
  return RANK[proof.status] < RANK.delivered && isAnsweredByClient(life);
}

function decideByStatus(matter: Matter, proof: Proof): Decision {
  switch (proof.status) {
    case 'relayed':
    case 'sent':
      return tellAfterGrace(matter, proof);
    case 'delivered':
      return proof.evidence === 'client' ? hold('client-answered') : tellAfterGrace(matter, proof);
    case 'displayed':
      return isMarkable(matter.life) ? hold('client-shows-it') : { kind: 'tell', proofs: [proof] };
    case 'failed':
      return wasHandedError(matter.life) ? hold('server-told') : { kind: 'tell', proofs: [proof] };
    case 'stored':
    case 'lost':
      return waitForOthers([proof], matter) ?? { kind: 'tell', proofs: [proof] };
    case 'accepted':
    case 'expired':
    case 'declined':
    case 'confirmed':
      return { kind: 'tell', proofs: [proof] };
    default:
      return proof.status satisfies never;
  }
}

/** We wait first: if the recipient's client answers by itself, no receipt is needed. */
function tellAfterGrace({ rules, completeUpTo }: Matter, proof: Proof): Decision {
  const until = proof.at + rules.grace;
  return until <= completeUpTo ? { kind: 'tell', proofs: [proof] } : { kind: 'wait', proof, until };
}

/** XEP-0333 §4.1: the sender's client asked for markers, so it got and understood the marker. */
function isMarkable(life: Life): boolean {
  return acceptedFacts(life).some(({ markable }) => markable === true);
}

/**
 * The last such fact counts: the server first says that it wrote its error to a stream, and takes
 * that back if the stream breaks.
 */
function wasHandedError({ facts }: Life): boolean {
  const last = facts.findLast((fact) => fact.kind === 'failed');
  return last?.handed === true;
}

function hold(because: HoldReason): Decision {
  return { kind: 'hold', because };
}
