import type { BareJid } from '../message/jid.ts';
import { strictest } from '../message/policy.ts';
import { policyFor } from './consent.ts';
import type { Preferences } from './preferences.ts';
import type { PolicyRules } from './rules.ts';

type Policies = Pick<Preferences, 'policy' | 'exceptions'>;

/** Our preferences, with the stricter of two policies for every contact. */
export function stricterOf(
  ours: Preferences,
  theirs: Policies,
  operators: PolicyRules,
): Preferences {
  const rules = { policy: { ...operators, locked: false } };
  const stricterFor = (peer: BareJid) =>
    strictest(policyFor(peer, ours, rules), policyFor(peer, theirs, rules));
  const merged = { ...ours, ...ownOf(ours, theirs, operators) };
  const peers = [ours, theirs].flatMap(({ exceptions = {} }) => Object.keys(exceptions));
  if (peers.length === 0) return merged;
  const exceptions = peers.map((peer) => [peer, stricterFor(peer as BareJid)] as const);
  return { ...merged, exceptions: Object.fromEntries(exceptions) };
}

/** Theirs if it is stricter: an account that chose nothing goes on choosing nothing. */
function ownOf(ours: Policies, theirs: Policies, { default: byDefault }: PolicyRules): Policies {
  const own = ours.policy ?? byDefault;
  const stricter = strictest(own, theirs.policy ?? byDefault);
  return stricter === own ? {} : { policy: stricter };
}
