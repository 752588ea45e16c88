import { setImmediate as nextTurn } from 'node:timers/promises';

const LONGEST_WAIT = 3;

/** Chance that comes out the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  isLess(than: number): boolean {
    return this.#next() < than;
  }

  /** Some turns of the event loop. */
  async wait(): Promise<void> {
    const turns = 1 + Math.floor(this.#next() * LONGEST_WAIT);
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
