import type { Millis } from '../message/time.ts';

/**
 * The first delay is short: a sender who is offline, on a server that stores nothing, may be back
 * in a moment.
 */
const FIRST: Millis = 5000;
const LONGEST: Millis = 6 * 3_600_000;

/**
 * Number of tries. With delays that double from the first to the longest, this is about three days.
 */
const MAX_TRIES = 23;

/**
 * When to send again what came back; `tries`: how often it came back before. `undefined`: give it
 * up. Not like link/reconnect-policy.ts, which never gives up, and adds chance because many daemons
 * may come back at once. Here the count is stored with the item, and survives a restart.
 */
export function retryAt(now: Millis, tries: number): Millis | undefined {
  if (tries >= MAX_TRIES) return undefined;
  return now + Math.min(FIRST * 2 ** tries, LONGEST);
}
