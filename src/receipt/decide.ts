import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import { isStatus, type Proof, RANK, type Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { unreachable } from '../unreachable.ts';
import type { Disclosed } from './disclose.ts';
import type { Preferences } from './preferences.ts';
import type { Rules } from './rules.ts';

/** Whether the sender is told now, later or not, and why. */
export type Decision =
  /** One receipt for each, in this order. */
  | { readonly kind: 'tell'; readonly proofs: readonly Proof[] }
  | { readonly kind: 'wait'; readonly proof: Proof; readonly until: Stamp }
  | { readonly kind: 'hold'; readonly because: HoldReason };

export type HoldReason =
  | 'sender-is-elsewhere'
  | 'nothing-to-tell'
  | 'not-asked-for'
  | 'already-told'
  | 'client-answered'
  | 'client-shows-it'
  | 'server-told';

/** Reasons why there is no need of a receipt: the sender's client learned it by itself. */
const NEEDLESS: readonly HoldReason[] = ['client-answered', 'client-shows-it', 'server-told'];

/** What a decision is made from. */
export interface Matter {
  readonly key: MessageKey;
  readonly life: Life;
  readonly disclosed: Disclosed;
  /** Statuses of this message that the sender was told. */
  readonly told: readonly Status[];
  /** Up to when all that the servers saw has reached us. */
  readonly completeUpTo: Stamp;
  readonly rules: Rules;
  /** What the sender chose. */
  readonly sender: Preferences;
}

/** What to tell the sender of a message, if anything. */
export function decide(matter: Matter): Decision {
  if (!matter.rules.domains.includes(domainOf(matter.key.sender)))
    return hold('sender-is-elsewhere');
  const asked = askedFor(matter.life);
  return asked === undefined ? decideUnasked(matter) : decideAsked(matter, asked);
}

/** Does the sender's client know already, so that even a receipt on its way to the door had better stay? */
export function isNeedless(decision: Decision): boolean {
  return decision.kind === 'hold' && NEEDLESS.includes(decision.because);
}

/** The statuses that `<report/>` named, if the message held one; repeated sending adds up. */
function askedFor(life: Life): readonly Status[] | undefined {
  const reports = acceptedFacts(life).flatMap(({ report }) =>
    report === undefined ? [] : [report],
  );
  return reports.length === 0 ? undefined : reports.flat().filter(isStatus);
}

/**
 * Asked for by `<report/>`: exactly these, at once, whether the sender's client learns them anyway or
 * not. All that are proved are told, so that it makes no difference which facts came together.
 */
function decideAsked({ disclosed, told }: Matter, asked: readonly Status[]): Decision {
  const proved = disclosed.proofs.filter(
    ({ status }) => status !== 'accepted' && asked.includes(status),
  );
  if (proved.length === 0) return hold('not-asked-for');
  const untold = proved.filter((proof) => !isTold(proof, told));
  return untold.length === 0 ? hold('already-told') : { kind: 'tell', proofs: untold };
}

function decideUnasked(matter: Matter): Decision {
  const proof = matter.disclosed.proofs.at(-1);
  if (proof === undefined || proof.status === 'accepted') return hold('nothing-to-tell');
  if (!wanted(matter).includes(proof.status)) return hold('not-asked-for');
  const decision = decideByStatus(matter, proof);
  if (decision.kind === 'hold') return decision;
  return isTold(proof, matter.told) ? hold('already-told') : decision;
}

/** Told unasked: what the sender chose, else what the operator did. */
function wanted({ sender, rules }: Matter): readonly Status[] {
  return sender.statuses ?? rules.statuses;
}

/**
 * Told is also what lies behind what was told: the sender may know less than before, but no receipt goes backwards. A refusal
 * says nothing of the message's way: it may still fail.
 */
function isTold({ status }: Proof, told: readonly Status[]): boolean {
  const mayFollow = (other: Status) => other === 'declined' && status === 'failed';
  return told.some(
    (other) => other === status || (RANK[other] > RANK[status] && !mayFollow(other)),
  );
}

function decideByStatus(matter: Matter, proof: Proof): Decision {
  switch (proof.status) {
    case 'sent':
      return tellAfterGrace(matter, proof);
    case 'delivered':
      return proof.evidence === 'client' ? hold('client-answered') : tellAfterGrace(matter, proof);
    case 'displayed':
      return isMarkable(matter.life) ? hold('client-shows-it') : { kind: 'tell', proofs: [proof] };
    case 'failed':
      return wasHandedError(matter.life) ? hold('server-told') : { kind: 'tell', proofs: [proof] };
    case 'accepted':
    case 'relayed':
    case 'stored':
    case 'lost':
    case 'expired':
    case 'declined':
    case 'confirmed':
      return { kind: 'tell', proofs: [proof] };
    default:
      return unreachable(proof.status);
  }
}

/** The recipient's client may still answer by itself, and then the sender's client has its tick. */
function tellAfterGrace({ rules, completeUpTo }: Matter, proof: Proof): Decision {
  const until = proof.at + rules.grace;
  return until <= completeUpTo ? { kind: 'tell', proofs: [proof] } : { kind: 'wait', proof, until };
}

/** XEP-0333 §4.1: a client that asks for markers understands them, and the recipient's marker went to it. */
function isMarkable(life: Life): boolean {
  return acceptedFacts(life).some(({ markable }) => markable === true);
}

/** The server may take back that it handed its error over, when the stream dies that it was written to. */
function wasHandedError({ facts }: Life): boolean {
  const last = facts.findLast((fact) => fact.kind === 'failed');
  return last?.handed === true;
}

function hold(because: HoldReason): Decision {
  return { kind: 'hold', because };
}
