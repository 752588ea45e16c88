import type { Removed } from '../upkeep-store.ts';

/**
 * Rows that one transaction removes at most, so that neither the lock nor the event loop is held
 * for long.
 */
export const CHUNK = 200;

/** Removes at most so many rows; `looked` counts those too that turned out to stay. */
export type Step = (room: number) => { readonly looked: number; readonly removed: number };

/**
 * Takes the steps in their order until the chunk is full. A step that has removed all of its rows
 * costs next to nothing.
 */
export function removeChunk(steps: readonly Step[]): Removed {
  let looked = 0;
  let rows = 0;
  for (const step of steps) {
    const done = step(CHUNK - looked);
    looked += done.looked;
    rows += done.removed;
    if (looked >= CHUNK) return { count: rows, isMore: true };
  }
  return { count: rows, isMore: false };
}

/** A step all of whose rows go. */
export function removing(remove: (room: number) => number): Step {
  return (room) => {
    const removed = remove(room);
    return { looked: removed, removed };
  };
}
