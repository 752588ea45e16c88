import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../message/time.ts';
import { StoreUnavailable } from './store.ts';
import type { Turns } from './turns.ts';

/**
 * Expected failure: another transaction was in the way. Nothing was kept, and the work may be run
 * again.
 */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
  /** What the operator is to do if it stays like this: the adapter knows the database. */
  readonly remedy: string;

  constructor(message: string, { remedy, ...options }: ErrorOptions & { readonly remedy: string }) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** How long the work is tried again. */
const PATIENCE: Millis = 5000;

const SHORTEST_DELAY: Millis = 1;
const LONGEST_DELAY: Millis = 50;

/**
 * Runs the work until nothing is in its way. Throws StoreUnavailable when that takes too long. It is
 * run at least twice: much of the time may have gone with waiting for a turn.
 */
export async function untilNoConflict<Result>(
  work: () => Promise<Result>,
  patience: Millis = PATIENCE,
  again = work,
): Promise<Result> {
  const giveUpAt = performance.now() + patience;
  const first = await attempt(work);
  if (!(first instanceof StoreConflict)) return first;
  for (let delay = SHORTEST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    // The delay is chosen by chance, so that two who met do not meet again.
    await sleep(Math.ceil(delay * Math.random()));
    const outcome = await attempt(again);
    if (!(outcome instanceof StoreConflict)) return outcome;
    if (performance.now() > giveUpAt) throw busy(outcome, patience);
  }
}

/** The same for work that only others of the same turns are likely to be in the way of. */
export function inTurns<Result>(turns: Turns, work: () => Promise<Result>): Promise<Result> {
  return untilNoConflict(
    () => turns.beside(work),
    PATIENCE,
    () => turns.alone(work),
  );
}

/** A conflict is an answer here: the work may be run again. Every other error goes on. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | StoreConflict> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreConflict) return error;
    throw error;
  }
}

function busy(cause: StoreConflict, patience: Millis): StoreUnavailable {
  return new StoreUnavailable(`store: busy for ${patience} ms: ${cause.message}. ${cause.remedy}`, {
    cause,
  });
}
