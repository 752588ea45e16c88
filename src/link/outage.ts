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

  failed(problem: string, retryInMs: number): void {
    this.#tries += 1;
    const about = { problem, tries: this.#tries, retryInMs: Math.round(retryInMs) };
    this.#log[problem === this.#said ? 'debug' : 'warn'](about, 'there is no connection now');
    this.#said = problem;
  }

  over(component: string, server: string): void {
    this.#log.info({ server, component, tries: this.#tries + 1 }, 'connected');
    this.#tries = 0;
    this.#said = undefined;
  }
}
