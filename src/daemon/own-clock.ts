import type { Millis } from '../message/time.ts';
import type { KeptClock, UpkeepStore } from '../store/upkeep-store.ts';
import type { Logger } from '../telemetry/log.ts';

/** The machine's clock and its stopwatch may differ by so much: one of them is corrected slowly. */
const TOLERANCE: Millis = 2000;

/** A step forward that has lasted so long is believed. */
const BELIEVED_AFTER: Millis = 86_400_000;

const NOT_KEPT = 'the time could not be kept now; this is tried again by itself';

/** While we are ahead of the machine's clock, we go slower by this part. */
const SLOWER_BY = 0.01;

export interface OwnClockParts {
  readonly upkeep: Pick<UpkeepStore, 'clock' | 'keepClock'>;
  readonly log: Logger;
}

/**
 * Our own time: what waits is due by it. It begins as the machine's clock and does not follow when
 * that one is set: so nothing is due an hour late, or years too early, because of a step. It never
 * goes back, also not over a restart.
 */
export class OwnClock {
  readonly #parts: OwnClockParts;
  /** How far we are ahead of the machine's clock. */
  #ahead: Millis = 0;
  #wall: Millis = Date.now();
  #stopwatch: Millis = performance.now();
  /**
   * When the machine's clock last went ahead without us, or before us. Measured by the stopwatch.
   */
  #doubtedAt: Millis | undefined;
  #isLoaded = false;

  constructor(parts: OwnClockParts) {
    this.#parts = parts;
  }

  readonly now = (): Millis => {
    const wall = Date.now();
    const stopwatch = performance.now();
    const passed = stopwatch - this.#stopwatch;
    const step = wall - this.#wall - passed;
    [this.#wall, this.#stopwatch] = [wall, stopwatch];
    if (Math.abs(step) > TOLERANCE) this.#withstand(step);
    else if (this.#ahead > 0) this.#ahead = Math.max(0, this.#ahead - passed * SLOWER_BY);
    return Math.round(wall + this.#ahead);
  };

  /** May what is old be removed? Not while the machine's clock may be wrong. */
  get isSure(): boolean {
    this.now();
    return this.#isLoaded && this.#doubtedAt === undefined;
  }

  /** What was kept at the last run counts. A store that fails now is asked again by `keep`. */
  async load(): Promise<void> {
    const kept = await this.#parts.upkeep.clock();
    this.#isLoaded = true;
    if (kept !== undefined) this.#goOnFrom(kept);
    await this.#keepAtOnce();
  }

  #goOnFrom(kept: KeptClock): void {
    const wall = Date.now();
    this.#ahead = Math.max(kept.ahead, kept.seen - wall);
    if (this.#ahead - kept.ahead > TOLERANCE) this.#say(kept.ahead - this.#ahead);
    if (wall + this.#ahead - kept.seen > BELIEVED_AFTER || this.#ahead < 0) this.#doubt();
  }

  /** What is written from now on is due by this time, also after a kill. */
  async #keepIfSure(): Promise<void> {
    if (!this.isSure) return;
    await this.#parts.upkeep.keepClock({ seen: this.now(), ahead: Math.round(this.#ahead) });
  }

  /** To be called now and then. A time that is in doubt is not kept: it may be far ahead. */
  async keep(): Promise<void> {
    if (!this.#isLoaded) return this.load();
    this.#believe();
    await this.#keepIfSure();
  }

  /** The next minute's `keep` tries again. */
  async #keepAtOnce(): Promise<void> {
    if (!this.#isLoaded) return;
    await this.#keepIfSure().catch((err) => this.#parts.log.error({ err }, NOT_KEPT));
  }

  #withstand(step: Millis): void {
    this.#ahead -= step;
    this.#say(step);
    if (step > 0) this.#doubt();
    else if (this.#ahead > -TOLERANCE) this.#doubtedAt = undefined;
    if (step < 0) void this.#keepAtOnce();
  }

  #doubt(): void {
    this.#doubtedAt = performance.now();
  }

  #believe(): void {
    if (this.#doubtedAt === undefined) return;
    if (performance.now() - this.#doubtedAt < BELIEVED_AFTER) return;
    this.#doubtedAt = undefined;
    this.#ahead = Math.max(0, this.#ahead);
  }

  #say(step: Millis): void {
    const seconds = Math.round(Math.abs(step) / 1000);
    const how = step < 0 ? 'was set back by' : 'went ahead (or the machine slept) by';
    this.#parts.log.warn(
      { seconds: Math.round(step / 1000) },
      `the clock of this machine ${how} ${seconds} s: what waits keeps its time, and nothing old is removed for a day after a step ahead`,
    );
  }
}
