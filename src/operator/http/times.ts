import type { Stamp } from '../../message/time.ts';

/** ISO 8601 in UTC, to the millisecond. A fact has the time of day beside it where that differs. */
export function isoOf({
  at,
  time = at,
}: {
  readonly at: Stamp;
  readonly time?: Stamp | undefined;
}): string {
  return new Date(time / 1000).toISOString();
}
