/**
 * What a recipient lets senders know, the strictest first:
 *
 * - `refuse`: nothing
 * - `manual`: what the recipient says when we ask
 * - `client`: what the recipient's client answers
 * - `automatic`: also what the stream proves
 *
 * Stored and sent to servers: words are never changed, only added.
 */
export const POLICIES = ['refuse', 'manual', 'client', 'automatic'] as const;
export type Policy = (typeof POLICIES)[number];

export function isPolicy(word: string | undefined): word is Policy {
  return POLICIES.some((policy) => policy === word);
}

export function strictest(a: Policy, b: Policy): Policy {
  return POLICIES.indexOf(a) < POLICIES.indexOf(b) ? a : b;
}
