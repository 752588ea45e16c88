import type { Millis } from '../../message/time.ts';

const HOUR: Millis = 3_600_000;

/** Maximum number of keys that are kept. The oldest are forgotten beyond it. */
const MAX_KEPT = 10_000;

/** What is said at most once an hour for each key. */
export class OnceAnHour {
  readonly #said = new Map<string, Millis>();

  /** Is it time? Then it counts as said. */
  take(key: string, now: Millis): boolean {
    const last = this.#said.get(key);
    // A clock that was set back far does not silence us.
    if (last !== undefined && Math.abs(now - last) < HOUR) return false;
    this.#said.delete(key);
    this.#said.set(key, now);
    this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const [oldest] = this.#said.keys();
    if (this.#said.size > MAX_KEPT && oldest !== undefined) this.#said.delete(oldest);
  }
}
