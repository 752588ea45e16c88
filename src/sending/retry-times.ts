import type { Millis } from '../message/time.ts';

/** Short at first: a sender who is away where nothing is stored may be back in a moment. */
const FIRST: Millis = 5000;
const LONGEST: Millis = 6 * 3_600_000;

/** With the waits doubling from the first to the longest this is about three days. */
const MAX_TRIES = 23;

/** When to send a receipt again that came back for the so-manieth time; `undefined`: give it up. */
export function retryAt(now: Millis, tries: number): Millis | undefined {
  if (tries >= MAX_TRIES) return undefined;
  return now + Math.min(FIRST * 2 ** tries, LONGEST);
}
