import type { Finding } from './finding.ts';
import { linesIn } from './kept.ts';
import { type Balance, countsOf, WordsBook } from './words-book.ts';
import type { World } from './world.ts';

/** Compares the words that the sender has heard with what the store says was told in words. */
export class WordsLook {
  readonly #world: World;
  readonly #book = new WordsBook();
  /** Numbers of what was there when it was compared last. */
  #before = { stops: 0, restores: 0, lines: 0 };

  constructor(world: World) {
    this.#world = world;
  }

  async findings(): Promise<readonly Finding[]> {
    // A store that was put back has forgotten some, and tells others once more.
    if (this.#world.restores.length > this.#before.restores) return [];
    return this.#book.compare(await this.#balance());
  }

  async close(): Promise<void> {
    const { stops, restores, ledger, tally } = this.#world;
    const lines = ledger.words.lines.length;
    tally.add('lines in words', lines - this.#before.lines);
    this.#book.close(await this.#balance());
    this.#before = { stops: stops.length, restores: restores.length, lines };
  }

  async #balance(): Promise<Balance> {
    const { store, ledger, stops } = this.#world;
    return {
      told: countsOf(await linesIn(store)),
      heard: countsOf(ledger.words.lines),
      isExcused: stops.length > this.#before.stops,
    };
  }
}
