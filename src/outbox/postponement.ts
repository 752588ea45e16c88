import type { Millis } from '../store/store.ts';

const MINUTE: Millis = 60_000;
const LONGEST: Millis = 6 * 60 * MINUTE;

/** With the waits doubling from a minute to six hours this is about three days. */
const MAX_TRIES = 20;

/** When to send a receipt again that came back for the so-manieth time; `undefined`: give it up. */
export function tryAgainAt(now: Millis, tries: number): Millis | undefined {
  if (tries >= MAX_TRIES) return undefined;
  return now + Math.min(MINUTE * 2 ** tries, LONGEST);
}
