import type { Happening } from './happening.ts';
import type { Outcome, Printer } from './printer.ts';

/**
 * Holds each line back until all facts up to its moment are known, however late they come. So all lines come in the order in
 * which they happened.
 */
export class InOrder implements Printer {
  readonly #printer: Printer;
  #held: Happening[] = [];

  constructor(printer: Printer) {
    this.#printer = printer;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
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
  }

  conclude(outcomes: readonly Outcome[]): void {
    this.release();
    this.#printer.conclude(outcomes);
  }

  /** All that happened until then is known: it is shown. */
  showUntil(until: number): void {
    const due = this.#held.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    this.#held = this.#held.filter(({ at }) => at > until);
    for (const happening of due) this.#printer.show(happening);
  }

  /** Shows all that is held back. */
  release(): void {
    this.showUntil(Infinity);
  }
}
