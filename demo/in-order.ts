import type { Happening } from './happening.ts';
import type { Outcome, Printer } from './printer.ts';

/** The server's facts are known so much later than they happen. */
const HELD_MS = 250;

/** Holds each line back for a moment, so that all come in the order in which they happened. */
export class InOrder implements Printer {
  readonly #printer: Printer;
  #held: Happening[] = [];

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
    setTimeout(() => this.release(Date.now() - HELD_MS), HELD_MS + 1);
  }

  conclude(outcomes: readonly Outcome[]): void {
    this.release();
    this.#printer.conclude(outcomes);
  }

  /** Shows what happened until then; everything unless named. */
  release(until = Infinity): void {
    const due = this.#held.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    this.#held = this.#held.filter(({ at }) => at > until);
    for (const happening of due) this.#printer.show(happening);
  }
}
