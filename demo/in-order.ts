import type { Happening } from './happening.ts';
import type { Outcome, Printer } from './printer.ts';

/** The server's facts are known so much later than they happen. */
const HELD_MS = 250;

/** Holds each line back for a moment, so that all come in the order in which they happened. */
export class InOrder implements Printer {
  readonly #printer: Printer;
  #held: Happening[] = [];
  #isHolding = false;

  constructor(printer: Printer) {
    this.#printer = printer;
  }

  progress(text: string): void {
    this.release();
    this.#printer.progress(text);
  }

  beginScene(title: string): void {
    this.release();
    this.#printer.beginScene(title);
  }

  show(happening: Happening): void {
    this.#held.push(happening);
    setTimeout(() => this.#releaseOlder(), HELD_MS + 1);
  }

  /** Nothing more is shown until the next release: what happens now will be known much later. */
  hold(): void {
    this.#isHolding = true;
  }

  conclude(outcomes: readonly Outcome[]): void {
    this.release();
    this.#printer.conclude(outcomes);
  }

  /** Shows all that is held back. */
  release(): void {
    this.#isHolding = false;
    this.#showUntil(Infinity);
  }

  #releaseOlder(): void {
    if (!this.#isHolding) this.#showUntil(Date.now() - HELD_MS);
  }

  #showUntil(until: number): void {
    const due = this.#held.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    this.#held = this.#held.filter(({ at }) => at > until);
    for (const happening of due) this.#printer.show(happening);
  }
}
