import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Millis } from '../message/time.ts';
import type { Logger } from '../telemetry/log.ts';
import type { PruneLimits, UpkeepStore } from './upkeep-store.ts';

const EVERY: Millis = 60_000;
const DAY: Millis = 86_400_000;

/** How long a fact is kept whose message is not known to be accepted. */
const UNACCEPTED: Millis = 600_000;
/** Maximum number of facts that are kept so. */
const MAX_UNACCEPTED = 10_000;

/** How long things are kept; it may change while we run. */
export interface KeptFor {
  readonly retentionDays: number;
  /** How long a question waits for its answer. */
  readonly questionsFor: Millis;
}

export interface HousekeepingParts {
  readonly upkeep: Pick<UpkeepStore, 'prune'>;
  readonly kept: KeptFor;
  readonly clock: HousekeepingClock;
  readonly log: Logger;
}

export interface HousekeepingClock {
  readonly now: () => Millis;
  /** May what is old be removed? */
  readonly isSure: boolean;
  readonly keep: () => Promise<void>;
}

interface Ages {
  readonly now: Millis;
  /** Messages whose last sending is older go. */
  readonly before: Millis;
  readonly questionsFor: Millis;
}

export function pruneLimits({ now, before, questionsFor }: Ages): PruneLimits {
  return {
    now,
    before,
    unacceptedBefore: now - UNACCEPTED,
    maxUnaccepted: MAX_UNACCEPTED,
    questionsBefore: now - questionsFor,
  };
}

/** Forgets what is older than the operator keeps things. */
export class Housekeeping {
  readonly #upkeep: Pick<UpkeepStore, 'prune'>;
  readonly #kept: KeptFor;
  readonly #clock: HousekeepingClock;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isSweeping = false;

  constructor({ upkeep, kept, clock, log }: HousekeepingParts) {
    this.#upkeep = upkeep;
    this.#kept = kept;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), EVERY);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      await this.#clock.keep();
    } catch (error) {
      // To keep the time is one task, to remove what is old is another: this one tries again by
      // itself.
      if (!this.#isStopped) this.#log.error({ err: error }, 'the time could not be kept now');
    }
    if (this.#clock.isSure) await this.sweep(this.#clock.now());
  }

  /** Removes what is old, unless another sweep is on its way: that one removes the same. */
  async sweep(now: Millis): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      await this.#removeOld(now);
    } catch (error) {
      // The task ends here, whatever failed. A store that was closed meanwhile is not complained
      // of.
      if (!this.#isStopped)
        this.#log.error(
          { err: error },
          'old messages could not be removed now; this is tried again by itself',
        );
    }
    this.#isSweeping = false;
  }

  async #removeOld(now: Millis): Promise<void> {
    const { retentionDays, questionsFor } = this.#kept;
    const limits = pruneLimits({ now, before: now - retentionDays * DAY, questionsFor });
    // A chunk at a time: facts that come meanwhile need not wait for all of it.
    while (!this.#isStopped && (await this.#upkeep.prune(limits)).isMore) await nextTurn();
  }
}
