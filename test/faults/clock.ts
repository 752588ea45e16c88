import { existsSync } from 'node:fs';
import { CLOCK_LIBRARY, clockEnvironment, setClock } from '../support/server/clock.ts';

/** Whether this machine has what sets the clock of one process. */
export const clockSteps = { arePossible: existsSync(CLOCK_LIBRARY) };

/** The clock that a process sees, in a folder of its own. */
export class OwnClock {
  readonly #folder: string;
  #ahead = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get environment(): Readonly<Record<string, string>> {
    return clockSteps.arePossible ? clockEnvironment(this.#folder) : {};
  }

  async step(seconds: number): Promise<void> {
    this.#ahead += seconds;
    await setClock(this.#folder, this.#ahead);
  }
}
