import type { Retry } from './failure.ts';
import type { LinkTimings } from './options.ts';

/** Where a server, or a node of its cluster, takes components. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The addresses of a server, tried in turn: each attempt goes to the next one. */
export class Addresses {
  readonly #all: readonly Address[];
  #at = 0;
  #tried = 0;

  constructor(first: Address, others: readonly Address[] = []) {
    this.#all = [first, ...others];
  }

  get current(): Address {
    // There is always one: the constructor takes the first.
    return this.#all[this.#at % this.#all.length] as Address;
  }

  get text(): string {
    const { host, port } = this.current;
    return `${host}:${port}`;
  }

  /** An address that does not answer is left sooner where there is another one. */
  within(timings: LinkTimings): LinkTimings {
    const { connectMs, connectInTurnMs } = timings;
    if (this.#all.length === 1) return timings;
    return { ...timings, connectMs: Math.min(connectMs, connectInTurnMs) };
  }

  /**
   * The attempt at the current one, or the connection to it, is over. What an operator must correct
   * there may be right at the next one, so that one is not made to wait.
   */
  moveOn(retry: Retry): Retry {
    this.#at = (this.#at + 1) % this.#all.length;
    this.#tried += 1;
    return this.#tried < this.#all.length && retry === 'slowly' ? 'soon' : retry;
  }

  /** We are connected: from now on each may be tried anew. */
  connected(): void {
    this.#tried = 0;
  }
}
