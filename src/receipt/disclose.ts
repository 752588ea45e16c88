import { type Fact, isWithheld } from '../message/fact.ts';
import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { KINDS } from '../message/kinds.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
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
import type { Preferences } from './preferences.ts';
import type { Rules } from './rules.ts';

/** May this sender know what tells whether the recipient is online? */
export type Entitlement = 'entitled' | 'stranger';

/** What the sender may know of a message, furthest last, and why that is less than we know. */
export interface Disclosed {
  readonly proofs: readonly Proof[];
  readonly withheld?: WithheldReason;
}

export type WithheldReason = 'left-to-the-client' | 'recipient-decides' | 'presence-not-shared';

/** What bears on a message beside its own facts. */
export interface Context {
  readonly rules: Rules;
  readonly readUpTo: ReadUpTo | undefined;
  /** What the recipient chose. */
  readonly recipient: Preferences;
}

/** The statuses that a policy lets the sender know, if the facts prove them. */
const TOLD_UNDER: Readonly<Record<Policy, readonly Status[]>> = {
  refuse: ['accepted', 'failed', 'declined'],
  manual: ['accepted', 'relayed', 'sent', 'stored', 'failed', 'declined', 'confirmed'],
  client: STATUSES,
  automatic: STATUSES,
};

/** What a stranger learns at most: what the sender's server does anyhow, what it shows itself, what the recipient said. */
const TOLD_TO_STRANGERS: readonly Status[] = [
  'accepted',
  'relayed',
  'failed',
  'declined',
  'confirmed',
];

/** Statuses that are disproved once the message is known to be somewhere. */
const NOT_ARRIVED: readonly Status[] = ['failed', 'lost', 'expired'];

/** The one place that decides what a sender may know: receipts, texts, queries, the bot and commands all come through here. */
export function disclose(
  facts: readonly Fact[],
  consent: Consent,
  entitlement: Entitlement,
): Disclosed {
  const furthest = statusOf(facts);
  const refused = isRefused(consent, entitlement, furthest) ? refusalOf(facts) : [];
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

/** What the sender of this message may know of it. */
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

/** Who refuses all has answered in advance; but what came to nothing needs no answer. */
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
 * What only the stream proves is recorded, but told to nobody unless the policy is `automatic`. Nor is it denied: that another
 * device of the recipient gets the message from the store does not mean that it waits until they are online.
 */
function withoutStreamEvidence(facts: readonly Fact[]): readonly Fact[] {
  const ackedAt = facts.find(({ kind }) => kind === 'acked')?.at ?? Number.POSITIVE_INFINITY;
  return facts.filter(({ kind, at }) => kind !== 'acked' && !(kind === 'stored' && at > ackedAt));
}

/** Only what came under the refusal is refused, and not what was blocked; nor does the instant tell when it arrived. */
function refusalOf(facts: readonly Fact[]): readonly Fact[] {
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

/** XEP-0184 §8: a receipt reveals presence, so only those who may see the presence get one. */
export function entitlementOf(key: MessageKey, life: Life, rules: Rules): Entitlement {
  switch (rules.disclosure) {
    case 'everyone':
      return 'entitled';
    case 'domain':
      return domainOf(key.sender) === domainOf(key.recipient) ? 'entitled' : bySubscription(life);
    case 'subscribers':
      return bySubscription(life);
  }
}

/** The recipient's own server knows best; the newest word counts. */
function bySubscription(life: Life): Entitlement {
  const told = acceptedFacts(life).filter(({ maySee }) => maySee !== undefined);
  const word = told.filter(({ side }) => side !== 'sender').at(-1) ?? told.at(-1);
  return word?.maySee === true ? 'entitled' : 'stranger';
}
