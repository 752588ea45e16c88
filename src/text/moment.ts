import type { Millis, Stamp } from '../message/time.ts';
import type { Language } from './language.ts';

/** The present, and whether times need seconds to be told apart. */
export type Clock = Millis | { readonly now: Millis; readonly hasSeconds: true };

/** When that was, as people write it: by the server's local clock, with the date unless it was today. */
export function moment(at: Stamp, { date }: Language, clock: Clock): string {
  const hasSeconds = typeof clock !== 'number';
  const then = new Date(at / 1000);
  const today = new Date(hasSeconds ? clock.now : clock);
  const minutes = [then.getHours(), then.getMinutes()];
  const time = (hasSeconds ? [...minutes, then.getSeconds()] : minutes).map(twoDigits).join(':');
  if (isSameDay(then, today)) return time;
  const year = then.getFullYear() === today.getFullYear() ? undefined : then.getFullYear();
  return date({ year, month: then.getMonth() + 1, day: then.getDate(), time });
}

interface Telling<Item> {
  readonly now: Millis;
  /** What two lines may not have in common. */
  readonly nameOf: (item: Item, clock: Clock) => string;
  readonly lineOf: (item: Item, clock: Clock) => string;
}

/** A line for each; with seconds where two would say the same. */
export function toldApart<Item>(
  items: readonly Item[],
  { now, nameOf, lineOf }: Telling<Item>,
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

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
