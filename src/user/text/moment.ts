import type { Millis, Stamp } from '../../message/time.ts';
import { localTime, type Minutes, offsetAt, type Zone } from '../commands/zone.ts';
import type { Language } from './language.ts';

/** The present time for a reader. A time alone is that of our machine, in its own zone. */
export type Clock = Millis | ReadersClock;

export interface ReadersClock {
  readonly now: Millis;
  /** Absent: that of our machine. */
  readonly zone?: Zone | undefined;
  /** Are times written with seconds? */
  readonly hasSeconds?: true;
}

/**
 * A time as people write it, in the reader's zone, with the date unless it is today there. In one
 * night a year an hour comes twice, people travel, and the zone may not be known: so the time always
 * says how far it is from UTC.
 */
export function moment(at: Stamp, { date }: Language, clock: Clock): string {
  const { now, zone, hasSeconds } = named(clock);
  const then = localTime(at / 1000, zone);
  const today = localTime(now, zone);
  const minutes = [then.getUTCHours(), then.getUTCMinutes()];
  const digits = hasSeconds ? [...minutes, then.getUTCSeconds()] : minutes;
  const time = `${digits.map(twoDigits).join(':')} ${offsetText(offsetAt(zone, at / 1000))}`;
  if (isSameDay(then, today)) return time;
  const year = then.getUTCFullYear();
  return date({
    year: year === today.getUTCFullYear() ? undefined : year,
    month: then.getUTCMonth() + 1,
    day: then.getUTCDate(),
    time,
  });
}

export function presentOf(clock: Clock): Millis {
  return named(clock).now;
}

function named(clock: Clock): ReadersClock {
  return typeof clock === 'number' ? { now: clock } : clock;
}

interface LineMaker<Item> {
  readonly now: Clock;
  /** Two lines with the same name need seconds. */
  readonly nameOf: (item: Item, clock: Clock) => string;
  readonly lineOf: (item: Item, clock: Clock) => string;
}

/** A line for each item, with seconds where two lines would be the same without them. */
export function distinctLines<Item>(
  items: readonly Item[],
  { now, nameOf, lineOf }: LineMaker<Item>,
): readonly string[] {
  const names = items.map((item) => nameOf(item, now));
  return items.map((item, index) => {
    const isAlone = names.indexOf(names[index] ?? '') === names.lastIndexOf(names[index] ?? '');
    return lineOf(item, isAlone ? now : { ...named(now), hasSeconds: true });
  });
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toISOString().slice(0, 10) === b.toISOString().slice(0, 10);
}

/** `UTC`, `UTC+8` or `UTC-3:30`: the letters for zones mean other zones elsewhere. */
function offsetText(ahead: Minutes): string {
  if (ahead === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const parts = minutes === 0 ? `${hours}` : `${hours}:${twoDigits(minutes)}`;
  return `UTC${ahead < 0 ? '-' : '+'}${parts}`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
