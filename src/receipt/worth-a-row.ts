import { isWithheld } from '../message/fact.ts';
import type { Life } from '../message/life.ts';
import type { Status } from '../message/status.ts';
import type { TickDecision } from './tick.ts';
import { hasMark, type Tracked } from './tracked.ts';

/** The message came to nothing, or to a no. No tick shows that. */
const BAD_ENDS: readonly Status[] = ['failed', 'lost', 'expired', 'declined'];

/** The message arrived. As a rule the sender's client shows a tick for it. */
const GOOD_ENDS: readonly Status[] = ['delivered', 'displayed', 'confirmed'];

const ENDS: readonly Status[] = [...BAD_ENDS, ...GOOD_ENDS];

export interface SoFar {
  /** What the sender was told before about this message. */
  readonly told: readonly Status[];
  /** Does the sender's client show a tick for this message? */
  readonly isTicked: boolean;
}

/**
 * An archive keeps at most one row with words about a message, beside its tick: the first end that
 * no tick shows. What is told on the way there is not worth a row (docs/decisions/0022).
 */
export function isWorthARow(status: Status, { told, isTicked }: SoFar): boolean {
  if (told.some((earlier) => ENDS.includes(earlier))) return false;
  return BAD_ENDS.includes(status) || (GOOD_ENDS.includes(status) && !isTicked);
}

/** A tick of ours, now or before, or the client's own. A client that only displayed sends none. */
export function isTicked({ ticked }: Tracked, life: Life, tick: TickDecision): boolean {
  return (
    tick.kind !== 'none' ||
    hasMark(life, ticked) ||
    life.facts.some((fact) => fact.kind === 'received' && !isWithheld(fact))
  );
}
