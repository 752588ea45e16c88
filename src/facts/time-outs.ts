import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Millis } from '../message/time.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Leaps } from './leaps.ts';
import type { Ledger } from './ledger.ts';
import { UNHEARD_DELAY } from './verdict.ts';
import type { Watching } from './watching.ts';

export interface TimeOutsParts {
  readonly records: Pick<RecordStore, 'due' | 'hasten'>;
  readonly ledger: Pick<Ledger, 'lookAgain'>;
  readonly leaps: Leaps;
  readonly watching: Pick<Watching, 'look'>;
  /** How long the recipient's client has to answer, or what is stored waits before words say so. */
  readonly longestWait: Millis;
  readonly log: Logger;
  readonly now: () => Millis;
}

const LOOK_EVERY: Millis = 200;
const MAX_MESSAGES = 500;

const LOOK_AFTER_FAILURE: Millis = 5000;

/** While the link is up: judges messages again whose grace, expiry time or deadline may be over. */
export class TimeOuts {
  readonly #parts: TimeOutsParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = true;
  #isFailing = false;

  constructor(parts: TimeOutsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#parts.leaps.clear();
    this.#isStopped = false;
    this.#sleep(LOOK_EVERY);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Only one timer at a time, even if we were stopped and started during a look. */
  #sleep(ms: Millis): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    try {
      this.#sleep((await this.#lookAtDue()) < MAX_MESSAGES ? LOOK_EVERY : 0);
      this.#isFailing = false;
    } catch (error) {
      // The task ends here, whatever failed: what is due stays due, and what a leap made due may not
      // be due yet.
      this.#parts.leaps.clear();
      this.#complain(error);
      this.#sleep(LOOK_AFTER_FAILURE);
    }
  }

  /**
   * Logs once, until it works again. After a stop the store may be closed: that is not logged.
   */
  #complain(error: unknown): void {
    if (!this.#isFailing && !this.#isStopped)
      this.#parts.log.error(
        { err: error },
        'messages could not be looked at again now; this is tried again by itself',
      );
    this.#isFailing = true;
  }

  /** Answers how many messages were due. */
  async #lookAtDue(): Promise<number> {
    const { records, ledger, leaps, watching, now } = this.#parts;
    if (leaps.look()) await this.#hastenAll();
    const keys = await records.due(now(), MAX_MESSAGES);
    await ledger.lookAgain(keys);
    await watching.look();
    return keys.length;
  }

  /** What waits for a grace or for a server's first word may be judged now. */
  async #hastenAll(): Promise<void> {
    const { records, longestWait, now } = this.#parts;
    const until = now() + Math.max(UNHEARD_DELAY, longestWait);
    while ((await records.hasten(now(), until, MAX_MESSAGES)) === MAX_MESSAGES) await nextTurn();
  }
}
