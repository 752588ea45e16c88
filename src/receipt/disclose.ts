import { type Fact, isWithheld } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import { KINDS } from '../message/kinds.ts';
import type { Life } from '../message/life.ts';
import type { Policy } from '../message/policy.ts';
import {
  factsReadUpTo,
  type Proof,
  proofsOf,
  type ReadUpTo,
  STATUSES,
  type Status,
  statusOf,
} from '../message/status.ts';
import { type Consent, consentOf } from './consent.ts';
import { type Entitlement, entitlementOf } from './entitlement.ts';
import type { Preferences } from './preferences.ts';
import type { Rules } from './rules.ts';
import { seenFacts } from './seen-facts.ts';

/**
 * What the sender may know about a message, the furthest status last, and why it is less than we
 * know.
 */
export interface Disclosed {
  readonly proofs: readonly Proof[];
  readonly withheld?: WithheldReason;
}

export type WithheldReason =
  | 'left-to-the-client'
  | 'recipient-decides'
  | 'presence-not-shared'
  | 'recipient-hides';

export interface Context {
  readonly rules: Rules;
  readonly readUpTo: ReadUpTo | undefined;
  readonly recipient: Preferences;
}

/** The statuses that each policy allows, if the facts prove them. */
const TOLD_UNDER: Readonly<Record<Policy, readonly Status[]>> = {
  refuse: ['accepted', 'failed', 'declined'],
  manual: ['accepted', 'relayed', 'sent', 'stored', 'failed', 'declined', 'confirmed'],
  client: STATUSES,
  automatic: STATUSES,
};

/**
 * The most that a stranger may know: what the sender's own server does or reports, and what the
 * recipient said.
 */
const TOLD_TO_STRANGERS: readonly Status[] = [
  'accepted',
  'relayed',
  'failed',
  'declined',
  'confirmed',
];

/** Statuses that are proved wrong as soon as a fact shows where the message is. */
const NOT_ARRIVED: readonly Status[] = ['failed', 'lost', 'expired'];

/**
 * The only place that decides what a sender may know. Receipts, texts, queries, the bot and
 * commands all use it.
 */
export function disclose(
  facts: readonly Fact[],
  consent: Consent,
  entitlement: Entitlement,
): Disclosed {
  const seen = seenFacts(facts);
  const disclosed = discloseSeen(seen, consent, entitlement);
  const isAllTold = seen === facts || disclosed.withheld !== undefined;
  return isAllTold || statusOf(seen) === statusOf(facts)
    ? disclosed
    : { ...disclosed, withheld: 'recipient-hides' };
}

function discloseSeen(
  facts: readonly Fact[],
  consent: Consent,
  entitlement: Entitlement,
): Disclosed {
  const furthest = statusOf(facts);
  const refused = isRefused(consent, entitlement, furthest) ? declinedByPolicy(facts) : [];
  const proofs = proofsOf([...factsUnder(consent.policy, facts), ...refused]).filter(
    ({ status }) =>
      TOLD_UNDER[consent.policy].includes(status) &&
      (status !== 'declined' || consent.tellsDeclined) &&
      (entitlement === 'entitled' || TOLD_TO_STRANGERS.includes(status)) &&
      !isDisproved(status, furthest),
  );
  if (furthest === undefined || proofs.at(-1)?.status === furthest) return { proofs };
  return { proofs, withheld: reasonOf(consent, entitlement) };
}

export function disclosedTo(key: MessageKey, life: Life, context: Context): Disclosed {
  const { rules, readUpTo } = context;
  return disclose(
    factsReadUpTo(life, readUpTo),
    consentOf(key, life, context),
    entitlementOf(key, life, rules),
  );
}

function factsUnder(policy: Policy, facts: readonly Fact[]): readonly Fact[] {
  const told = facts.filter((fact) => !isWithheld(fact));
  return policy === 'automatic' ? told : withoutStreamEvidence(told);
}

/**
 * A recipient who refuses all has answered in advance. A message that did not arrive needs no
 * answer.
 */
function isRefused(
  { policy }: Consent,
  entitlement: Entitlement,
  furthest: Status | undefined,
): boolean {
  return (
    policy === 'refuse' &&
    entitlement === 'entitled' &&
    (furthest === undefined || !NOT_ARRIVED.includes(furthest))
  );
}

/**
 * Unless the policy is `automatic`, what only the stream proves is told to nobody. But we must not
 * say the opposite either: a `stored` after `acked` is meant for another device of the recipient,
 * and does not mean that the recipient is offline. Nor does it wait for a session that is away once
 * a device has it.
 */
function withoutStreamEvidence(facts: readonly Fact[]): readonly Fact[] {
  const ackedAt = facts.find(({ kind }) => kind === 'acked')?.at;
  if (ackedAt === undefined) return facts;
  return facts.filter(
    ({ kind, at }) => kind !== 'acked' && kind !== 'kept' && !(kind === 'stored' && at > ackedAt),
  );
}

/**
 * Only for messages that came under `refuse` and were not blocked. The time is that of `accepted`:
 * it must not show when the message arrived.
 */
function declinedByPolicy(facts: readonly Fact[]): readonly Fact[] {
  const refused = facts.find((fact) => fact.kind === 'accepted' && fact.policy === 'refuse');
  const isLetIn = facts.some(({ kind }) => KINDS[kind].letsIn);
  return refused === undefined || !isLetIn
    ? []
    : [{ kind: 'declined', at: refused.at, side: 'component' }];
}

function isDisproved(status: Status, furthest: Status | undefined): boolean {
  return furthest !== undefined && NOT_ARRIVED.includes(status) && !NOT_ARRIVED.includes(furthest);
}

function reasonOf({ policy }: Consent, entitlement: Entitlement): WithheldReason {
  if (policy === 'manual' || policy === 'refuse') return 'recipient-decides';
  return entitlement === 'stranger' ? 'presence-not-shared' : 'left-to-the-client';
}
