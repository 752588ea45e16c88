import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PortionSize } from './portion-size.ts';
import type { News, Updated, UpdateOptions } from './record-store.ts';
import { type UpdateRows, updateMessages } from './update.ts';
import { NO_WATCHES, type WatchesBegun } from './watch-store.ts';

/**
 * Applies news in one transaction, a portion in each turn of the event loop. To commit costs as
 * much for few messages as for many, and so long as all must be done in one turn, there can only be
 * few.
 */
export class InPortions {
  readonly #size = new PortionSize();

  async update(rows: UpdateRows, news: readonly News[], options: UpdateOptions): Promise<Updated> {
    const portions: Updated[] = [];
    for (let done = 0; done < news.length; ) {
      if (done > 0) await nextTurn();
      const portion = news.slice(done, done + this.#size.messages);
      portions.push(await this.#timed(() => updateMessages(rows, portion, options), portion));
      done += portion.length;
    }
    return joined(portions);
  }

  /** While we wait for a database over a network, the event loop is free for others. */
  async #timed(work: () => Promise<Updated>, { length }: readonly News[]): Promise<Updated> {
    const before = performance.eventLoopUtilization();
    const updated = await work();
    this.#size.took(performance.eventLoopUtilization(before).active, length);
    return updated;
  }
}

const NOTHING: Updated = { verdicts: [], notAsked: [], leftOut: [], watches: NO_WATCHES };

function joined(portions: readonly Updated[]): Updated {
  const [first = NOTHING] = portions;
  if (portions.length < 2) return first;
  return {
    verdicts: portions.flatMap(({ verdicts }) => verdicts),
    notAsked: portions.flatMap(({ notAsked }) => notAsked),
    leftOut: portions.flatMap(({ leftOut }) => leftOut),
    watches: portions.map(({ watches }) => watches).reduce(together),
  };
}

function together(one: WatchesBegun, other: WatchesBegun): WatchesBegun {
  return { begun: one.begun + other.begun, tooMany: one.tooMany + other.tooMany };
}
