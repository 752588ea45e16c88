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
    this.#sleep();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #sleep(): void {
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY);
  }

  async #look(): Promise<void> {
    const { store, judging, now, onReceipts, log } = this.#parts;
    try {
      const keys = await store.due(now(), AT_ONCE);
      const { receipts } = await store.update(
        keys.map((key) => ({ key, facts: [] })),
        judging.options(),
      );
      if (receipts > 0) onReceipts();
    } catch (error) {
      log.error({ err: error }, 'messages could not be looked at again now');
    }
    this.#sleep();
  }
}
