import type { Logger } from '../observing/log.ts';

/** Logs that there is no connection: each reason once, and not every attempt. */
export class Outage {
  readonly #log: Logger;
  #tries = 0;
  #said: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How often we tried in vain, and what was said last. */
  get state(): { readonly tries: number; readonly problem: string | undefined } {
    return { tries: this.#tries, problem: this.#said };
  }

  failed(sentence: string, retryInMs: number): void {
    this.#tries += 1;
    const about = { tries: this.#tries, retryInMs: Math.round(retryInMs) };
    if (sentence === this.#said) this.#log.debug(about, sentence);
    else this.#log.warn(about, sentence);
    this.#said = sentence;
  }

  over(name: string, address: string): void {
    const tries = this.#tries + 1;
    const after = tries === 1 ? '' : ` after ${tries} tries`;
    this.#log.info({ tries }, `connected to ${address} as ${name}${after}`);
    this.#tries = 0;
    this.#said = undefined;
  }
}
