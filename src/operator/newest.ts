import type { Fact } from '../message/fact.ts';
import { newestLife } from '../message/life.ts';
import { factsReadUpTo, type Proof, proofsOf } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import type { Found, RecordStore } from '../store/record-store.ts';
import { type MessageSummary, summaryOf, type TimelineParts } from './timeline.ts';

/** A message among the newest of all, for whoever watches them. */
export interface NewMessage extends MessageSummary {
  /** Why it failed, if it did: an error condition of RFC 6120 §8.3.3. */
  readonly condition: string | undefined;
  /** Receipts about it. */
  readonly receipts: readonly MadeReceipt[];
}

export interface MadeReceipt {
  readonly made: Millis;
  /** The time from what the receipt tells to when the receipt was made. */
  readonly lag: Millis;
}

export interface NewestParts extends TimelineParts {
  readonly records: TimelineParts['records'] & Pick<RecordStore, 'newest'>;
}

/** The newest messages of all senders, or of those with that sender, recipient or id. */
export async function newestMessages(
  about: string | undefined,
  limit: number,
  parts: NewestParts,
): Promise<readonly NewMessage[]> {
  const found = await newestAbout(about, limit, parts);
  return found.flatMap((it) => {
    const summary = summaryOf(it, parts);
    return summary === undefined ? [] : [{ ...summary, ...detailsOf(it) }];
  });
}

/** An id has one spelling only, and may look like an address. */
async function newestAbout(
  about: string | undefined,
  limit: number,
  { records, spell }: NewestParts,
): Promise<readonly Found[]> {
  const found = await records.newest(about, limit);
  const spelled = about && spell(about);
  return found.length > 0 || spelled === about ? found : records.newest(spelled, limit);
}

function detailsOf({ tracked, readUpTo }: Found): Pick<NewMessage, 'condition' | 'receipts'> {
  const life = newestLife(tracked.record);
  const facts = life === undefined ? [] : factsReadUpTo(life, readUpTo);
  const proofs = proofsOf(facts);
  const receipts = tracked.told.flatMap(({ status, made }) => {
    const proof = proofs.find((it) => it.status === status);
    return made === undefined || proof === undefined ? [] : [{ made, lag: lagOf(made, proof) }];
  });
  return { condition: facts.findLast(isFailed)?.condition, receipts };
}

/** A fact has the time of day beside its stamp where the two differ. */
function lagOf(made: Millis, { fact: { at, time = at } }: Proof): Millis {
  return Math.max(0, made - time / 1000);
}

function isFailed(fact: Fact): fact is Extract<Fact, { readonly kind: 'failed' }> {
  return fact.kind === 'failed';
}
