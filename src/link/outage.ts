import type { Logger } from '../telemetry/log.ts';
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
    const about = { problem: sentence, tries: this.#tries, retryInMs: Math.round(retryInMs) };
    this.#log[sentence === this.#said ? 'debug' : 'warn'](about, 'there is no connection now');
    this.#said = sentence;
    this.#reason = reason;
  }

  over(component: string, server: string): void {
    this.#log.info({ server, component, tries: this.#tries + 1 }, 'connected');
    this.#tries = 0;
    this.#said = undefined;
    this.#reason = undefined;
  }
}
