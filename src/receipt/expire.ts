import type { Fact } from '../message/fact.ts';
import { type Life, newestLife } from '../message/life.ts';
import { addFacts } from '../message/record.ts';
import { statusOf } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { Rules } from './rules.ts';
import { seenFacts } from './seen-facts.ts';
import { timeOfDay } from './time-of-day.ts';
import { type Tracked, withRecord } from './tracked.ts';

export interface Aged {
  readonly tracked: Tracked;
  readonly life: Life;
  readonly expiresAt: Stamp | undefined;
}

/** Adds the fact `expired` if nothing happened within the operator's limit. */
export function expireIfDue(
  { tracked, life }: Omit<Aged, 'expiresAt'>,
  { rules, completeUpTo }: { readonly rules: Rules; readonly completeUpTo: Stamp },
): Aged {
  const due = expiresAt(life, rules);
  if (due === undefined || due > completeUpTo) return { tracked, life, expiresAt: due };
  // The time when it was due, not the time when we looked: so every daemon writes the same fact.
  const time = timeOfDay(due, life);
  const clock = time === undefined ? {} : { time };
  const record = addFacts(tracked.record, [
    { kind: 'expired', at: due, ...clock, side: 'component' },
  ]);
  const expired = newestLife(record) ?? life;
  return {
    tracked: withRecord(tracked, record),
    life: expired,
    expiresAt: expiresAt(expired, rules),
  };
}

/**
 * When the message expires if nothing more happens; `undefined`: never. A message that was only
 * accepted does not expire, because a blocked message looks the same. What a session did that hides
 * from the sender neither ends nor lengthens the wait: the sender would see when it happened.
 */
export function expiresAt(life: Life, { expireAfter }: Rules): Stamp | undefined {
  const facts = seenFacts(life.facts);
  const status = statusOf(facts);
  const isOpen = status === 'relayed' || status === 'sent' || status === 'stored';
  return isOpen ? latestAt(facts, life) + expireAfter : undefined;
}

function latestAt(facts: readonly Fact[], { startedAt }: Life): Stamp {
  return facts.reduce((latest, { at }) => Math.max(latest, at), startedAt);
}
