import type { Policy } from './plan.ts';

/** What a recipient relies on since the bot confirmed it; a number for each time that it was given up. */
export interface Promised {
  readonly isAnswerStopped: boolean;
  readonly isAllRefused: boolean;
  readonly era: number;
}

/** What the bot's words promise a recipient at this moment. */
export class Promises {
  #policy: Policy = 'client';
  #era = 0;

  get now(): Promised {
    const isAllRefused = this.#policy === 'refuse';
    const isAnswerStopped = isAllRefused || this.#policy === 'manual';
    return { isAnswerStopped, isAllRefused, era: this.#era };
  }

  /** From the moment that somebody asks for less, no more than that is promised. */
  order(policy: Policy): void {
    if (STRICTNESS[policy] < STRICTNESS[this.#policy]) this.#become(policy);
  }

  confirm(policy: Policy): void {
    if (policy !== this.#policy) this.#become(policy);
  }

  #become(policy: Policy): void {
    this.#policy = policy;
    this.#era += 1;
  }
}

const STRICTNESS: Readonly<Record<Policy, number>> = {
  client: 0,
  automatic: 0,
  manual: 1,
  refuse: 2,
};
