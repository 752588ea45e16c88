import type { Millis, Stamp } from '../../message/time.ts';
import type { Language } from './language.ts';

/** The present time, and whether times are written with seconds. */
export type Clock = Millis | { readonly now: Millis; readonly hasSeconds: true };

/**
 * A time as people write it: by the local clock of our machine, with the date unless it is today.
 * The reader's clock may be another one, and in one night a year an hour comes twice, so the time
 * says how far it is from UTC.
 */
export function moment(at: Stamp, { date }: Language, clock: Clock): string {
  const hasSeconds = typeof clock !== 'number';
  const then = new Date(at / 1000);
  const today = new Date(hasSeconds ? clock.now : clock);
  const minutes = [then.getHours(), then.getMinutes()];
  const digits = (hasSeconds ? [...minutes, then.getSeconds()] : minutes).map(twoDigits).join(':');
  const time = `${digits} ${zoneOf(then)}`;
  if (isSameDay(then, today)) return time;
  const year = then.getFullYear() === today.getFullYear() ? undefined : then.getFullYear();
  return date({ year, month: then.getMonth() + 1, day: then.getDate(), time });
}

interface LineMaker<Item> {
  readonly now: Millis;
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
    return lineOf(item, isAlone ? now : { now, hasSeconds: true });
  });
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** The time zone of the machine at that time: `UTC`, `UTC+8` or `UTC-3:30`. */
function zoneOf(time: Date): string {
  const ahead = -time.getTimezoneOffset();
  if (ahead === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const parts = minutes === 0 ? `${hours}` : `${hours}:${twoDigits(minutes)}`;
  return `UTC${ahead < 0 ? '-' : '+'}${parts}`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
