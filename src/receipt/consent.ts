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
 * The consent to one message: the stricter of two policies, the one in force when it came and the
 * one in force now. So a later change never tells what was not allowed before.
 */
export function consentOf(
  key: MessageKey,
  life: Life,
  { rules, recipient }: { rules: Rules; recipient: Preferences },
): Consent {
  if (!isUnderPolicy(key, rules)) return LEFT_TO_THE_CLIENT;
  const policies = acceptedFacts(life).flatMap(({ policy }) =>
    policy === undefined ? [] : [policy],
  );
  return {
    policy: policies.reduce(strictest, policyFor(key.sender, recipient, rules)),
    tellsDeclined: recipient.tellDeclined ?? rules.policy.tellDeclined,
  };
}

/** Users of other servers decide at their own server. Nobody has to hide from themselves. */
function isUnderPolicy({ sender, recipient }: MessageKey, { domains }: Rules): boolean {
  return sender !== recipient && domains.includes(domainOf(recipient));
}

/**
 * The policy in force for a sender: for that contact, else for its domain, else for all, else the
 * operator's.
 */
export function policyFor(
  sender: BareJid,
  preferences: Preferences,
  { policy }: Pick<Rules, 'policy'>,
): Policy {
  if (policy.locked) return policy.default;
  const { exceptions } = preferences;
  const excepted = exceptions && (ownOf(exceptions, sender) ?? ownOf(exceptions, domainOf(sender)));
  const chosen = excepted ?? preferences.policy ?? policy.default;
  return policy.atMost === undefined ? chosen : strictest(chosen, policy.atMost);
}

/** Other people choose addresses: `__proto__` is a possible one. */
function ownOf(exceptions: Readonly<Record<string, Policy>>, peer: string): Policy | undefined {
  return Object.hasOwn(exceptions, peer) ? exceptions[peer] : undefined;
}
