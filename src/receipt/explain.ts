import type { Life } from '../message/life.ts';
import { factsReadUpTo, type Proof, proofsOf, type ReadUpTo } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import { decide } from './decide.ts';
import type { HoldReason } from './decision.ts';
import { type Context, disclosedTo, type WithheldReason } from './disclose.ts';
import type { Preferences } from './preferences.ts';
import { hasMark, type Told, type Tracked } from './tracked.ts';

/** What became of one status: was the sender told, and if not, why not? */
export type Telling =
  | { readonly kind: 'told'; readonly made: Millis | undefined }
  /** The sender will be told then, unless more happens before. */
  | { readonly kind: 'waits'; readonly until: Stamp }
  /** The sender may not know it. */
  | { readonly kind: 'withheld'; readonly because: WithheldReason }
  /** The sender needs no receipt, or asked for none. */
  | { readonly kind: 'held'; readonly because: HoldReason }
  /** More happened before the receipt left. */
  | { readonly kind: 'overtaken' };

export interface Explained {
  readonly proof: Proof;
  readonly telling: Telling;
}

export interface ExplainContext extends Context {
  readonly sender: Preferences;
  readonly completeUpTo: Stamp;
}

/**
 * "Why was I not told?", for every status that the facts of a message prove. Each is judged as when
 * it was new, by the rules and choices that hold now.
 */
export function explain(
  tracked: Tracked,
  life: Life,
  context: ExplainContext,
): readonly Explained[] {
  const proofs = proofsOf(factsReadUpTo(life, context.readUpTo));
  return proofs
    .filter(({ status }) => status !== 'accepted')
    .map((proof) => ({ proof, telling: tellingOf(proof, { tracked, life }, context) }));
}

interface Message {
  readonly tracked: Tracked;
  readonly life: Life;
}

function tellingOf(proof: Proof, { tracked, life }: Message, context: ExplainContext): Telling {
  const told = toldOf(proof, tracked, life);
  if (told !== undefined) return { kind: 'told', made: told.made };
  const { key } = tracked;
  const then = { ...life, facts: life.facts.filter(({ at }) => at <= proof.at) };
  const disclosed = disclosedTo(key, then, { ...context, readUpTo: markerBy(proof.at, context) });
  if (
    disclosed.withheld !== undefined &&
    !disclosed.proofs.some((it) => it.status === proof.status)
  )
    return { kind: 'withheld', because: disclosed.withheld };
  const decision = decide({ ...context, key, life: then, disclosed, told: [] });
  if (decision.kind === 'hold') return { kind: 'held', because: decision.because };
  const isLast = life.facts.every(({ at }) => at <= proof.at);
  if (decision.kind === 'wait' && isLast) return { kind: 'waits', until: decision.until };
  return { kind: 'overtaken' };
}

/** A marker that came later was not known then. */
function markerBy(at: Stamp, { readUpTo }: Context): ReadUpTo | undefined {
  return readUpTo !== undefined && readUpTo.at <= at ? readUpTo : undefined;
}

function toldOf({ status }: Proof, { told }: Tracked, life: Life): Told | undefined {
  return told.find((it) => it.status === status && !it.silent && hasMark(life, it.at));
}
