import type { Retry } from './failure.ts';

export interface ReconnectTimings {
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** The wait after an error that an operator must correct, such as a wrong secret. */
  readonly retrySlowMs: number;
  /** The longest wait after another connection took our name. */
  readonly retryRareMs: number;
  /** How long a connection must last to count as good. */
  readonly steadyMs: number;
}

/**
 * How long to wait before the next attempt. The limit doubles each time, and the wait is a random
 * part of it, so that many components do not come back at once.
 */
export class ReconnectPolicy {
  readonly #timings: ReconnectTimings;
  readonly #random: () => number;
  #failures = 0;
  #replacements = 0;

  constructor(timings: ReconnectTimings, random: () => number) {
    this.#timings = timings;
    this.#random = random;
  }

  /** The wait after a connection that was up for `upMs`; 0 if it never was. */
  waitMs(retry: Retry, upMs: number): number {
    const { retryFirstMs, retryMaxMs, retrySlowMs, steadyMs } = this.#timings;
    if (retry === 'rarely') return this.#waitAfterReplacement(upMs);
    if (upMs >= steadyMs) this.#failures = 0;
    const ceilingMs = Math.min(retryMaxMs, retryFirstMs * 2 ** this.#failures);
    this.#failures += 1;
    return retry === 'slowly' ? retrySlowMs : this.#random() * ceilingMs;
  }

  // If we connect again, we replace the other connection. Two daemons that do this to each other do
  // it less and less often.
  #waitAfterReplacement(upMs: number): number {
    const { retrySlowMs, retryRareMs } = this.#timings;
    if (upMs >= retryRareMs) this.#replacements = 0;
    const waitMs = Math.min(retryRareMs, retrySlowMs * 2 ** this.#replacements);
    this.#replacements += 1;
    return waitMs;
  }
}
