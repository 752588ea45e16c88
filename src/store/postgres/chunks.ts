import type { Removed } from '../upkeep-store.ts';

/** Rows that one transaction removes at most, so that others need not wait long. */
const CHUNK = 1000;

/** Removes at most so many rows; `looked` counts those too that turned out to stay. */
export type Step = (room: number) => Promise<{ readonly looked: number; readonly removed: number }>;

/** Takes the steps in their order until the chunk is full. */
export async function removeChunk(steps: readonly Step[]): Promise<Removed> {
  let looked = 0;
  let rows = 0;
  for (const step of steps) {
    const done = await step(CHUNK - looked);
    looked += done.looked;
    rows += done.removed;
    if (looked >= CHUNK) return { count: rows, isMore: true };
  }
  return { count: rows, isMore: false };
}

/** A step all of whose rows go. */
export function removing(remove: (room: number) => Promise<number>): Step {
  return async (room) => {
    const removed = await remove(room);
    return { looked: removed, removed };
  };
}
