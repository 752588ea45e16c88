/**
 * Lets work run side by side, or alone. Of transactions that are in the way of each other the
 * shortest is committed first; if there are always short ones, a long one never is, unless it runs
 * alone.
 */
export class Turns {
  readonly #running = new Set<Promise<unknown>>();
  /** Those that run alone, one behind the other. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Beside others, as soon as nobody waits to be alone. */
  async beside<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#waiting > 0) await this.#last;
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** When all that run have ended; nothing begins before this has ended. */
  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting += 1;
    const turn = this.#last.then(() => Promise.allSettled(this.#running)).then(work);
    this.#last = turn.catch(() => undefined); // whoever asked for the work hears of its failure
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}
