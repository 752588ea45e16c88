import type { MessageKey } from '../message/key.ts';
import { KINDS } from '../message/kinds.ts';
import { type Life, newestLife } from '../message/life.ts';
import { isStatus, RANK, type Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { clientAnswers } from './client-answers.ts';
import { type AnswerContext, currentStatusOf, disclosedNow } from './current-status.ts';
import type { Receipt } from './receipt.ts';
import type { Rules } from './rules.ts';
import { hasMark, type Tracked } from './tracked.ts';

/** What a sender waits for: that it arrived, that it was read, that the recipient says so. */
export const WATCH_GOALS = ['delivered', 'displayed', 'confirmed'] as const;
export type WatchGoal = (typeof WATCH_GOALS)[number];

/** The longest silence that can be called fine. */
const LONGEST_WATCH_DAYS = 30;
const LONGEST_WATCH: Stamp = LONGEST_WATCH_DAYS * 86_400_000_000;

/** How long silence is fine, and about what. */
export interface Patience {
  readonly goal: WatchGoal;
  readonly within: Stamp;
}

/** A sender wants to hear if a message has not come so far by the deadline. */
export interface Watch extends Patience {
  readonly key: MessageKey;
  /** The life of the key that began at this stamp, or before. */
  readonly position: Stamp;
  /** A stamp of the server that has the news. */
  readonly deadline: Stamp;
}

/** What is forgotten before the deadline cannot be judged. */
export function isTooLong(
  { position, deadline, within }: Pick<Watch, 'position' | 'deadline' | 'within'>,
  { keptFor }: Pick<Rules, 'keptFor'>,
): boolean {
  return within > LONGEST_WATCH || deadline - position > keptFor;
}

export type WatchOutcome =
  | { readonly kind: 'wait'; readonly until: Stamp }
  | { readonly kind: 'happened' }
  /** There is nothing to watch any more: the message went, or its id is that of a newer one. */
  | { readonly kind: 'gone' }
  /** How far the message came, as the sender may know it. */
  | { readonly kind: 'overdue'; readonly proof: Receipt };

/**
 * Whether it happened is judged by what the sender may know or was shown, and by nothing else: so
 * neither our silence nor our words tell what is withheld.
 */
export function outcomeOf(
  watch: Pick<Watch, 'goal' | 'position' | 'deadline'>,
  tracked: Tracked | undefined,
  context: AnswerContext,
): WatchOutcome {
  const life = tracked && newestLife(tracked.record);
  if (tracked === undefined || life === undefined) return { kind: 'gone' };
  if (!hasMark(life, watch.position)) return { kind: 'gone' };
  const known = [...disclosedNow(tracked, life, context), ...shownByClient(life, context)];
  if (known.some((status) => reaches(status, watch.goal))) return { kind: 'happened' };
  if (watch.deadline > context.completeUpTo) return { kind: 'wait', until: watch.deadline };
  const proof = currentStatusOf(tracked, context);
  return proof === undefined ? { kind: 'gone' } : { kind: 'overdue', proof };
}

/** A no says nothing about how far the message came. */
function reaches(status: Status, goal: WatchGoal): boolean {
  return status !== 'declined' && RANK[status] >= RANK[goal];
}

/** The sender's client has these, and shows them. */
function shownByClient(life: Life, { readUpTo }: AnswerContext): readonly Status[] {
  return clientAnswers(life, readUpTo).map(({ kind }) => KINDS[kind].proves);
}

/** The goal that a status names; without one, any sign of the recipient is enough. */
export function goalOf(word: string | undefined): WatchGoal {
  const isNamed = word !== undefined && isStatus(word);
  return WATCH_GOALS.find((goal) => isNamed && goal === word) ?? 'delivered';
}
