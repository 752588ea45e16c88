import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';

/** What may happen to message after message, one contact being unreachable. */
export const BAD_NEWS = ['failed', 'lost', 'expired'] as const satisfies readonly Status[];

export type BadNews = (typeof BAD_NEWS)[number];

export interface LeavingTimes {
  readonly now: Millis;
  /** When words leave that gather with no others of their kind. */
  readonly soonest: Millis;
  /** The shortest time between two messages of the bot with the same bad news. */
  readonly apart: Millis;
}

/**
 * When words of bad news about a contact leave, if the last of the same kind leave at `last`. The
 * first leave as soon as all words; those that follow wait for the next message of the bot, and
 * share it.
 */
export function leavingAt(last: Millis, times: LeavingTimes): Millis {
  const { now, soonest, apart } = times;
  if (isLongFrom(last, times)) return soonest;
  return last > now ? last : Math.max(soonest, last + apart);
}

/** Long ago, or so far ahead that our clock was set since. */
function isLongFrom(last: Millis, { now, soonest, apart }: LeavingTimes): boolean {
  return now - last >= apart || last > Math.max(soonest, now + apart);
}

export function isBadNews(status: Status): status is BadNews {
  return (BAD_NEWS as readonly Status[]).includes(status);
}
