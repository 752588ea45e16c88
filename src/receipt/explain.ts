import type { Life } from '../message/life.ts';
import { factsReadUpTo, type Proof, proofsOf, type ReadUpTo } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import { type Audience, isFor } from './audience.ts';
import { decide } from './decide.ts';
import type { Decision, HoldReason } from './decision.ts';
import { type Context, type Disclosed, disclosedTo, type WithheldReason } from './disclose.ts';
import type { Mentions } from './mentions.ts';
import type { Preferences } from './preferences.ts';
import { tickAndQuestionOf } from './tick-and-question.ts';
import { hasMark, type Told, type Tracked } from './tracked.ts';
import { decideWords } from './words.ts';

/** What became of one status: was the sender told, and if not, why not? */
export type Telling =
  | { readonly kind: 'told'; readonly made: Millis | undefined }
  /** The sender will be told then, unless more happens before. */
  | { readonly kind: 'waits'; readonly until: Stamp }
  /** The sender may not know it. */
  | { readonly kind: 'withheld'; readonly because: WithheldReason }
  /** The sender needs no receipt, or asked for none; `not-then`: but would get one now. */
  | { readonly kind: 'held'; readonly because: HoldReason | 'not-then' }
  /** More happened before the receipt left. */
  | { readonly kind: 'overtaken' };

export interface Explained {
  readonly proof: Proof;
  /** By a receipt, for programs. */
  readonly telling: Telling;
  /** In words, for people. */
  readonly words: Telling;
}

export interface ExplainContext extends Context {
  readonly sender: Preferences;
  readonly completeUpTo: Stamp;
  /** What the sender was told of this recipient lately. */
  readonly mentions: Mentions;
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
  const furthest = proofs.at(-1);
  return proofs
    .filter(({ status }) => status !== 'accepted')
    .map((proof) => {
      const matter = { proof, tracked, life, isFurthest: proof === furthest };
      return { proof, ...tellingsOf(matter, context) };
    });
}

interface Matter {
  readonly proof: Proof;
  readonly tracked: Tracked;
  readonly life: Life;
  readonly isFurthest: boolean;
}

type Tellings = Pick<Explained, 'telling' | 'words'>;

function tellingsOf(matter: Matter, context: ExplainContext): Tellings {
  const { proof, tracked, life } = matter;
  const { key } = tracked;
  const then = { ...life, facts: life.facts.filter(({ at }) => at <= proof.at) };
  const disclosed = disclosedTo(key, then, { ...context, readUpTo: markerBy(proof.at, context) });
  const { tick } = tickAndQuestionOf(tracked, then, context);
  const deciding = { ...context, key, tracked, life: then, disclosed, tick, told: [] };
  return {
    telling: tellingTo('programs', matter, { disclosed, decision: decide(deciding) }),
    words: tellingTo('people', matter, { disclosed, decision: decideWords(deciding) }),
  };
}

interface Judged {
  readonly disclosed: Disclosed;
  readonly decision: Decision;
}

function tellingTo(
  audience: Audience,
  { proof, tracked, life, isFurthest }: Matter,
  { disclosed: { proofs, withheld }, decision }: Judged,
): Telling {
  const told = toldOf(proof, tracked, life).find((it) => isFor(it, audience));
  if (told !== undefined) return { kind: 'told', made: told.made };
  if (withheld !== undefined && !proofs.some((it) => it.status === proof.status))
    return { kind: 'withheld', because: withheld };
  if (decision.kind === 'hold') return { kind: 'held', because: decision.because };
  const isLast = life.facts.every(({ at }) => at <= proof.at);
  if (!isLast || !isFurthest) return { kind: 'overtaken' };
  return decision.kind === 'wait'
    ? { kind: 'waits', until: decision.until }
    : { kind: 'held', because: 'not-then' };
}

/** A marker that came later was not known then. */
function markerBy(at: Stamp, { readUpTo }: Context): ReadUpTo | undefined {
  return readUpTo !== undefined && readUpTo.at <= at ? readUpTo : undefined;
}

function toldOf({ status }: Proof, { told }: Tracked, life: Life): readonly Told[] {
  return told.filter((it) => it.status === status && !it.silent && hasMark(life, it.at));
}
