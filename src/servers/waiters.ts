import type { Millis } from '../message/time.ts';

/**
 * Maximum number of commands that may wait for one server. Those beyond it get "not yet" at once.
 */
const MAX_WAITERS = 8;

/** A person waits for the answer: longer than this looks as if the bot were dead. */
const MAX_WAIT: Millis = 3000;

interface Waiter {
  readonly number: number;
  readonly settle: (isInForce: boolean) => void;
}

/** Commands that wait until one server enforces the policies up to a number. */
export class Waiters {
  #waiters: readonly Waiter[] = [];

  get isFull(): boolean {
    return this.#waiters.length >= MAX_WAITERS;
  }

  /**
   * Resolves with `true` when that number is in force, or with `false` when that takes too long.
   */
  wait(number: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), MAX_WAIT);
      const settle = (isInForce: boolean) => {
        clearTimeout(timer);
        this.#waiters = this.#waiters.filter((waiter) => waiter.settle !== settle);
        resolve(isInForce);
      };
      this.#waiters = [...this.#waiters, { number, settle }];
    });
  }

  /** The server enforces the policies up to this number. */
  settle(upTo: number): void {
    for (const waiter of this.#waiters) if (waiter.number <= upTo) waiter.settle(true);
  }

  giveUp(): void {
    for (const { settle } of this.#waiters) settle(false);
  }
}
