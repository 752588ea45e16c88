import { isWithheld } from '../message/fact.ts';
import { type Life, newestLife } from '../message/life.ts';
import { factsReadUpTo, type Proof, proofsOf, RANK } from '../message/status.ts';
import { type Context, disclosedTo, entitlementOf } from './disclose.ts';
import type { Tracked } from './judge.ts';
import { type Receipt, receiptOf } from './receipt.ts';

/**
 * The furthest status of a message that its sender may know, never less than the sender knows already: or whoever asks again and
 * again would see when a policy changes. `undefined` if the message is not known to be accepted.
 */
export function furthestOf(tracked: Tracked, context: Context): Receipt | undefined {
  const { key, record } = tracked;
  const life = newestLife(record);
  if (life === undefined) return undefined;
  const disclosed = disclosedTo(key, life, context).proofs.at(-1);
  const known = knownToSender(tracked, life, context).at(-1);
  const proof = isFurther(known, disclosed) ? known : disclosed;
  return proof === undefined ? undefined : receiptOf(key, proof, life.startedAt);
}

/** What the sender was told, and what the recipient's client answered to the sender's own. */
function knownToSender({ key, told }: Tracked, life: Life, context: Context): readonly Proof[] {
  const statuses = told.filter(({ at }) => at >= life.startedAt).map(({ status }) => status);
  const facts = factsReadUpTo(life, context.readUpTo).filter((fact) => !isWithheld(fact));
  const isEntitled = entitlementOf(key, life, context.rules) === 'entitled';
  return proofsOf(facts).filter(
    ({ status, evidence }) => statuses.includes(status) || (evidence === 'client' && isEntitled),
  );
}

function isFurther(proof: Proof | undefined, other: Proof | undefined): boolean {
  if (proof === undefined || other === undefined) return other === undefined;
  return RANK[proof.status] > RANK[other.status];
}
