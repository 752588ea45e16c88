import { type BareJid, domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import { type Policy, strictest } from '../message/policy.ts';
import type { Preferences } from './preferences.ts';
import type { Rules } from './rules.ts';

/** What the recipient of a message allows its sender to know. */
export interface Consent {
  readonly policy: Policy;
  /** Is the sender told that the recipient said no, or refuses all? */
  readonly tellsDeclined: boolean;
}

const LEFT_TO_THE_CLIENT: Consent = { policy: 'client', tellsDeclined: false };

/**
 * The consent to one message: the stricter of the policy in force when it came and of that in force now, so that no later
 * change tells what was not to be told.
 */
export function consentOf(
  key: MessageKey,
  life: Life,
  { rules, recipient }: { rules: Rules; recipient: Preferences },
): Consent {
  if (!hasPolicy(key, rules)) return LEFT_TO_THE_CLIENT;
  const policies = acceptedFacts(life).flatMap(({ policy }) =>
    policy === undefined ? [] : [policy],
  );
  return {
    policy: policies.reduce(strictest, policyFor(key.sender, recipient, rules)),
    tellsDeclined: recipient.tellDeclined ?? rules.policy.tellDeclined,
  };
}

/** Whoever is not among our users decides at their own server, and nobody need be kept from oneself. */
function hasPolicy({ sender, recipient }: MessageKey, { domains }: Rules): boolean {
  return sender !== recipient && domains.includes(domainOf(recipient));
}

/** A recipient's policy in force for a sender: for the contact, for the contact's domain, for all, or the operator's. */
export function policyFor(sender: BareJid, preferences: Preferences, { policy }: Rules): Policy {
  if (policy.locked) return policy.default;
  const { exceptions = {} } = preferences;
  return (
    ownOf(exceptions, sender) ??
    ownOf(exceptions, domainOf(sender)) ??
    preferences.policy ??
    policy.default
  );
}

/** Addresses are made by others: `__proto__` is one. */
function ownOf(exceptions: Readonly<Record<string, Policy>>, peer: string): Policy | undefined {
  return Object.hasOwn(exceptions, peer) ? exceptions[peer] : undefined;
}
