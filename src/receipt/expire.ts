import { type Life, newestLife } from '../message/life.ts';
import { addFacts } from '../message/record.ts';
import { statusOf } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { Rules } from './rules.ts';
import { type Tracked, withRecord } from './tracked.ts';

/** A message and its newest life. */
export interface Aged {
  readonly tracked: Tracked;
  readonly life: Life;
}

/** Adds the fact `expired` if nothing happened within the operator's limit. */
export function expireIfDue(
  { tracked, life }: Aged,
  { rules, completeUpTo }: { readonly rules: Rules; readonly completeUpTo: Stamp },
): Aged {
  const due = expiresAt(life, rules);
  if (due === undefined || due > completeUpTo) return { tracked, life };
  // The time when it was due, not the time when we looked: so every daemon writes the same fact.
  const record = addFacts(tracked.record, [
    { kind: 'expired', at: due, ...timeOf(due, life), side: 'component' },
  ]);
  return { tracked: withRecord(tracked, record), life: newestLife(record) ?? life };
}

/**
 * When the message expires if nothing more happens; `undefined`: never. A message that was only
 * accepted does not expire, because a blocked message looks the same.
 */
export function expiresAt(life: Life, { expireAfter }: Rules): Stamp | undefined {
  const status = statusOf(life.facts);
  const isOpen = status === 'relayed' || status === 'sent' || status === 'stored';
  return isOpen ? latestAt(life) + expireAfter : undefined;
}

/** The time of day then, if the server's stamps differ from it as they did at the last fact. */
function timeOf(due: Stamp, { facts }: Life): { readonly time?: Stamp } {
  const last = facts.at(-1);
  return last?.time === undefined ? {} : { time: due + last.time - last.at };
}

function latestAt({ facts, startedAt }: Life): Stamp {
  return facts.at(-1)?.at ?? startedAt;
}
