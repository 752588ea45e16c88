import type { Logger } from '../log.ts';
import type { Millis, Store } from '../store/store.ts';
import type { Judging } from './judging.ts';

export interface WakerParts {
  readonly store: Store;
  readonly judging: Judging;
  readonly log: Logger;
  readonly now: () => Millis;
  /** Called after a commit that made receipts. */
  readonly onReceipts: () => void;
}

const LOOK_EVERY: Millis = 200;
const AT_ONCE = 500;

/** Looks again at messages whose grace or time may be over. Only while the servers are heard: their silence is what it judges. */
export class Waker {
  readonly #parts: WakerParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = true;

  constructor(parts: WakerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#isStopped = false;
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
    try {
      this.#sleep((await this.#lookAtDue()) < AT_ONCE ? LOOK_EVERY : 0);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'messages could not be looked at again now');
      this.#sleep(LOOK_EVERY);
    }
  }

  /** How many were due. */
  async #lookAtDue(): Promise<number> {
    const { store, judging, now, onReceipts } = this.#parts;
    const keys = await store.due(now(), AT_ONCE);
    const { receipts } = await store.update(
      keys.map((key) => ({ key, facts: [] })),
      judging.options(),
    );
    if (receipts > 0) onReceipts();
    return keys.length;
  }
}
