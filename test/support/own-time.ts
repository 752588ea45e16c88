import { setTimeout as delay } from 'node:timers/promises';

const TURN_MS = 10;
const QUIET_TURNS = 20;

/**
 * How long something takes, in milliseconds that this process had: the time in which a busy machine
 * lets it wait does not count.
 */
export async function ownTimeOf(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  let ms = 0;
  for (; !isOver; ms += TURN_MS) await delay(TURN_MS);
  await ended;
  return ms;
}

/** Resolves with the number when it has not changed for a while of this process's own time. */
export async function unchanging(read: () => number): Promise<number> {
  let last = read();
  for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
    await delay(TURN_MS);
    if (read() !== last) quiet = 0;
    last = read();
  }
  return last;
}
