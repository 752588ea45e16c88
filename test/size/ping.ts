import { readFileSync } from 'node:fs';

/** How late pings were, in ms. */
export interface Held {
  /** The most that this thread did on a processor while a ping waited. */
  readonly mostWork: number;
  /** 19 of 20 pings were no later, not counted what this thread waited for a processor; what it waited for the disk is counted. */
  readonly nearlyAll: number;
  readonly pings: number;
}

/** A ping is due after so long, in ms. */
const EVERY = 5;

/** Where a thread's time went, in ms. */
interface Spent {
  readonly working: number;
  readonly notQueued: number;
}

/**
 * Pings while the work is done: a timer comes back as late as the event loop is held. What other processes took of the processor
 * meanwhile is not held against the work; what they made the disk wait may hold up a turn, so that is not asked of each.
 */
export async function pingDuring(work: () => Promise<unknown>): Promise<Held> {
  const pings: Spent[] = [];
  let last = spent();
  const ping = () => {
    const now = spent();
    pings.push({ working: now.working - last.working, notQueued: now.notQueued - last.notQueued });
    last = now;
    timer = setTimeout(ping, EVERY);
  };
  let timer = setTimeout(ping, EVERY);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 2 * EVERY));
  clearTimeout(timer);
  return heldIn(pings);
}

function heldIn(pings: readonly Spent[]): Held {
  const late = pings.map(({ notQueued }) => notQueued - EVERY).toSorted((a, b) => a - b);
  return {
    mostWork: pings.reduce((most, { working }) => Math.max(most, working), 0),
    nearlyAll: late[Math.floor(late.length * 0.95)] ?? Infinity,
    pings: pings.length,
  };
}

/** As Linux keeps account of this thread: time on a processor, and time in the queue for one. */
function spent(): Spent {
  const [working, queued] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
  return { working: Number(working) / 1e6, notQueued: performance.now() - Number(queued) / 1e6 };
}
