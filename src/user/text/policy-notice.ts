import type { Policy } from '../../message/policy.ts';
import type { Language } from './language.ts';

/** What an operator has set for a person: that one policy, or that for one contact. */
export interface SetByOperator {
  readonly policy: Policy | 'default';
  readonly contact: string | undefined;
}

/** The sentence that tells a user of a policy which an operator has set. */
export function policyNotice({ policy, contact }: SetByOperator, language: Language): string {
  const { byOperator } = language.policy;
  const name = policy === 'default' ? undefined : language.policies[policy].name;
  return contact === undefined ? byOperator.forAll(name) : byOperator.forOne(contact, name);
}
