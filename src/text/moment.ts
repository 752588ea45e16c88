import type { Stamp } from '../message/fact.ts';
import type { Millis } from '../store/store.ts';
import type { Language } from './language.ts';

/** When that was, as people write it: by the server's local clock, with the date unless it was today. */
export function moment(at: Stamp, { date }: Language, now: Millis): string {
  const then = new Date(at / 1000);
  const today = new Date(now);
  const time = `${twoDigits(then.getHours())}:${twoDigits(then.getMinutes())}`;
  if (isSameDay(then, today)) return time;
  const year = then.getFullYear() === today.getFullYear() ? undefined : then.getFullYear();
  return date({ year, month: then.getMonth() + 1, day: then.getDate(), time });
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
