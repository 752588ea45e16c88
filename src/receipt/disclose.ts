import type { Fact } from '../message/fact.ts';
import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import {
  factsReadUpTo,
  type Proof,
  proofsOf,
  type ReadUpTo,
  type Status,
  statusOf,
} from '../message/status.ts';
import type { Policy, Rules } from './rules.ts';

/** May this sender know what tells whether the recipient is online? */
export type Entitlement = 'entitled' | 'stranger';

/** What the sender may know of a message, furthest last, and why that is less than we know. */
export interface Disclosed {
  readonly proofs: readonly Proof[];
  readonly withheld?: 'left-to-the-client' | 'presence-not-shared';
}

/** What a stranger learns at most: nothing of this depends on whether the recipient is online. */
const TOLD_TO_STRANGERS: readonly Status[] = ['accepted', 'relayed', 'failed'];

/** Statuses that are disproved once the message is known to be somewhere. */
const NOT_ARRIVED: readonly Status[] = ['failed', 'lost', 'expired'];

/** The one place that decides what a sender may know: receipts, texts and queries all come through here. */
export function disclose(
  facts: readonly Fact[],
  policy: Policy,
  entitlement: Entitlement,
): Disclosed {
  const furthest = statusOf(facts);
  const proofs = proofsOf(factsUnder(policy, facts))
    .filter(({ status }) => !isDisproved(status, furthest))
    .filter(({ status }) => entitlement === 'entitled' || TOLD_TO_STRANGERS.includes(status));
  if (furthest === undefined || proofs.at(-1)?.status === furthest) return { proofs };
  return {
    proofs,
    withheld: entitlement === 'stranger' ? 'presence-not-shared' : 'left-to-the-client',
  };
}

/** What the sender of this message may know of it. */
export function disclosedTo(
  key: MessageKey,
  life: Life,
  context: { rules: Rules; readUpTo: ReadUpTo | undefined },
): Disclosed {
  const { rules, readUpTo } = context;
  return disclose(factsReadUpTo(life, readUpTo), rules.policy, entitlementOf(key, life, rules));
}

/**
 * Under `client` what only the stream proves is recorded, but told to nobody. Nor is it denied: that another device of the
 * recipient gets the message from the store does not mean that it waits until they are online.
 */
function factsUnder(policy: Policy, facts: readonly Fact[]): readonly Fact[] {
  if (policy === 'automatic') return facts;
  const ackedAt = facts.find(({ kind }) => kind === 'acked')?.at ?? Number.POSITIVE_INFINITY;
  return facts.filter(({ kind, at }) => kind !== 'acked' && !(kind === 'stored' && at > ackedAt));
}

function isDisproved(status: Status, furthest: Status | undefined): boolean {
  return furthest !== undefined && NOT_ARRIVED.includes(status) && !NOT_ARRIVED.includes(furthest);
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
