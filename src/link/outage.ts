import type { Logger } from '../observing/log.ts';
import type { Failure, FailureReason } from './failure.ts';

interface OutageState {
  readonly tries: number;
  readonly problem: string | undefined;
  readonly reason: FailureReason | undefined;
}

/** Logs that there is no connection: each reason once, and not every attempt. */
export class Outage {
  readonly #log: Logger;
  #tries = 0;
  #said: string | undefined;
  #reason: FailureReason | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How often we tried in vain, and what was said last. */
  get state(): OutageState {
    return { tries: this.#tries, problem: this.#said, reason: this.#reason };
  }

  failed({ sentence, reason }: Pick<Failure, 'sentence' | 'reason'>, retryInMs: number): void {
    this.#tries += 1;
    const about = { tries: this.#tries, retryInMs: Math.round(retryInMs) };
    if (sentence === this.#said) this.#log.debug(about, sentence);
    else this.#log.warn(about, sentence);
    this.#said = sentence;
    this.#reason = reason;
  }

  over(name: string, address: string): void {
    const tries = this.#tries + 1;
    const after = tries === 1 ? '' : ` after ${tries} tries`;
    this.#log.info({ tries }, `connected to ${address} as ${name}${after}`);
    this.#tries = 0;
    this.#said = undefined;
    this.#reason = undefined;
  }
}
