import type { Habit } from './people.ts';

export interface Range {
  readonly least: number;
  readonly most: number;
}

export const SECOND = 1000;
export const READ_MS: Range = { least: 500, most: 8000 };
export const ANSWER_MS: Range = { least: 2000, most: 20_000 };
/** One question in so many is left open. */
export const UNANSWERED = 5;
/** One message in so many of those that were answered is also marked as read. */
export const READ = 2;
/** One nap in so many is longer than the server waits. */
export const TOO_LONG = 4;
export const ORIGIN_IDS = 5;

export const ONLINE: Readonly<Record<Habit, Range>> = {
  reader: seconds(120, 420),
  silent: seconds(120, 420),
  sleeper: seconds(150, 400),
  absent: seconds(15, 30),
  asked: seconds(120, 420),
  automatic: seconds(120, 420),
  chooser: seconds(120, 420),
};
export const AWAY: Range = seconds(3, 40);
export const LONG_AWAY: Range = seconds(60, 150);
export const AWAKE: Range = seconds(20, 50);
export const NAP: Range = seconds(2, 12);
export const LONG_NAP: Range = seconds(25, 40);
export const BETWEEN_CHOICES: Range = seconds(30, 90);
export const POLICIES = ['refuse', 'manual', 'client', 'automatic'] as const;

/** Longer than NAP, shorter than LONG_NAP. */
export const HIBERNATION_SECONDS = 20;

function seconds(least: number, most: number): Range {
  return { least: least * SECOND, most: most * SECOND };
}
