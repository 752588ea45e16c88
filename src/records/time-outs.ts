import type { Logger } from '../log.ts';
import type { Millis } from '../message/time.ts';
import type { Store, Updated } from '../store/store.ts';
import type { Completeness } from './completeness.ts';
import type { Judging } from './judging.ts';

export interface TimeOutsParts {
  readonly store: Store;
  readonly judging: Judging;
  readonly completeness: Completeness;
  readonly log: Logger;
  readonly now: () => Millis;
  /** Called after a commit, with what it made. */
  readonly onMade: (made: Updated) => void;
}

const LOOK_EVERY: Millis = 200;
const AT_ONCE = 500;

/** What is longer between two looks was no silence of the servers: we were stopped, or too busy to read. */
const LONGEST_SILENCE: Millis = 2 * LOOK_EVERY;

/** While the store fails there is no hurry. */
const LOOK_AFTER_FAILURE: Millis = 5000;

/** Looks again at messages whose grace or time may be over. Only while the servers are heard: their silence is what it judges. */
export class TimeOuts {
  readonly #parts: TimeOutsParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = true;
  #lookedAt: Millis = 0;
  #isFailing = false;

  constructor(parts: TimeOutsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#isStopped = false;
    this.#lookedAt = this.#parts.now();
    this.#sleep(LOOK_EVERY);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Until the next look: one at a time, even if we were stopped and started while the last one took its time. */
  #sleep(ms: Millis): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#passTime();
    try {
      this.#sleep((await this.#lookAtDue()) < AT_ONCE ? LOOK_EVERY : 0);
      this.#isFailing = false;
    } catch (error) {
      this.#complain(error);
      this.#sleep(LOOK_AFTER_FAILURE);
    }
  }

  #passTime(): void {
    const now = this.#parts.now();
    this.#parts.completeness.pass(Math.min(Math.max(0, now - this.#lookedAt), LONGEST_SILENCE));
    this.#lookedAt = now;
  }

  /** Once for each time that the store fails. */
  #complain(error: unknown): void {
    if (!this.#isFailing)
      this.#parts.log.error({ err: error }, 'messages could not be looked at again now');
    this.#isFailing = true;
  }

  /** How many were due. */
  async #lookAtDue(): Promise<number> {
    const { store, judging, now, onMade } = this.#parts;
    const keys = await store.due(now(), AT_ONCE);
    const made = await store.update(
      keys.map((key) => ({ key, facts: [] })),
      judging.options(),
    );
    onMade(made);
    return keys.length;
  }
}
