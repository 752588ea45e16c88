import type { Millis } from '../../message/time.ts';
import { localTime, offsetAt, type Zone } from './zone.ts';

/** `hour` may be 24. */
interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

const MINUTE: Millis = 60_000;
const DAY: Millis = 86_400_000;

/** The next moment at which the clocks of a zone show that time. */
export function nextTimeOfDay(
  time: TimeOfDay,
  { now, zone }: { readonly now: Millis; readonly zone: Zone | undefined },
): Millis {
  const midnight = localTime(now, zone).setUTCHours(0, 0, 0, 0);
  const sinceMidnight = (time.hour * 60 + time.minute) * MINUTE;
  const moments = [-1, 0, 1, 2].flatMap((days) =>
    momentsAt(midnight + days * DAY + sinceMidnight, zone),
  );
  return Math.min(...moments.filter((moment) => moment > now));
}

/**
 * When the clocks of a zone show that date and time. An hour that comes twice has two such moments;
 * for an hour that is left out it is the moment at which the clocks are set.
 */
function momentsAt(shown: Millis, zone: Zone | undefined): readonly Millis[] {
  // No clock is a day ahead of UTC or behind it, so these are before and after it.
  const offsets = new Set([shown - DAY, shown + DAY].map((at) => offsetAt(zone, at)));
  const possible = [...offsets].map((offset) => shown - offset * MINUTE);
  const moments = possible.filter((at) => localTime(at, zone).getTime() === shown);
  if (moments.length > 0) return moments;
  return [changeBetween(Math.min(...possible), Math.max(...possible), zone)];
}

function changeBetween(from: Millis, to: Millis, zone: Zone | undefined): Millis {
  const after = offsetAt(zone, to);
  let [early, late] = [from, to];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (offsetAt(zone, middle) === after) late = middle;
    else early = middle;
  }
  return late;
}
