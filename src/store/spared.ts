import type { Millis } from '../message/time.ts';

/**
 * A message whose sender was promised to hear of it is as old as the deadline, and a day younger:
 * until then it can be judged. What it is judged by stays with it.
 */
export const SPARED_FOR: Millis = 86_400_000;

const WAITS = "state IN ('open', 'overdue')";

/** From which deadline on, where `$before` is in milliseconds. */
export function deadlineFrom(before: string): string {
  return stampFrom(`${before} * 1000`);
}

/** The same, where `$before` is a stamp. */
export function stampFrom(before: string): string {
  return `${before} - ${SPARED_FOR * 1000}`;
}

/** SQL: a watch that is not told yet, and may be, has these columns alike. */
export function isWatched(table: string, columns: readonly string[], from: string): string {
  const alike = columns.map((column) => `w.${column} = ${table}.${column}`).join(' AND ');
  return `EXISTS (SELECT 1 FROM watches w WHERE ${alike} AND w.${WAITS} AND w.deadline >= ${from})`;
}

/** SQL: the row of `watches` is such a watch. */
export function isWatch(from: string): string {
  return `${WAITS} AND deadline >= ${from}`;
}
