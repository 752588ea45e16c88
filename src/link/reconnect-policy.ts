import type { Retry } from './failure.ts';

export interface ReconnectTimings {
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** For what does not mend by itself, such as a wrong secret. */
  readonly retrySlowMs: number;
  /** The longest wait after another connection took our name. */
  readonly retryRareMs: number;
  /** A connection that held so long was a good one. */
  readonly steadyMs: number;
}

/** How long to wait before the next try: exponential with full jitter, so that many never come at once. */
export class ReconnectPolicy {
  readonly #timings: ReconnectTimings;
  readonly #random: () => number;
  #failures = 0;
  #replacements = 0;

  constructor(timings: ReconnectTimings, random: () => number) {
    this.#timings = timings;
    this.#random = random;
  }

  /** The wait after a connection that was up for so long, or never (0). */
  waitMs(retry: Retry, upMs: number): number {
    const { retryFirstMs, retryMaxMs, retrySlowMs, steadyMs } = this.#timings;
    if (retry === 'rarely') return this.#waitAfterReplacement(upMs);
    if (upMs >= steadyMs) this.#failures = 0;
    const ceilingMs = Math.min(retryMaxMs, retryFirstMs * 2 ** this.#failures);
    this.#failures += 1;
    return retry === 'slowly' ? retrySlowMs : this.#random() * ceilingMs;
  }

  // To come back is to replace the other one: two daemons that both do it do it less and less often.
  #waitAfterReplacement(upMs: number): number {
    const { retrySlowMs, retryRareMs } = this.#timings;
    if (upMs >= retryRareMs) this.#replacements = 0;
    const waitMs = Math.min(retryRareMs, retrySlowMs * 2 ** this.#replacements);
    this.#replacements += 1;
    return waitMs;
  }
}
