/** RFC 6120 §8.3.3. */
const CONDITIONS = [
  'bad-request',
  'conflict',
  'feature-not-implemented',
  'forbidden',
  'gone',
  'internal-server-error',
  'item-not-found',
  'jid-malformed',
  'not-acceptable',
  'not-allowed',
  'not-authorized',
  'policy-violation',
  'recipient-unavailable',
  'redirect',
  'registration-required',
  'remote-server-not-found',
  'remote-server-timeout',
  'resource-constraint',
  'service-unavailable',
  'subscription-required',
  'undefined-condition',
  'unexpected-request',
] as const;

/** A condition as a counter names it. */
export type CountedCondition = (typeof CONDITIONS)[number] | 'other';

/** Others write the conditions: without a closed list they could make any number of counters. */
export function countedCondition(condition: string): CountedCondition {
  return CONDITIONS.find((known) => known === condition) ?? 'other';
}
