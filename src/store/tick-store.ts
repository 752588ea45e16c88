import type { Millis } from '../message/time.ts';
import type { Tick } from '../receipt/tick.ts';

/** An order that has not been carried out yet. */
export interface TickOrder {
  readonly number: number;
  readonly tick: Tick;
  readonly tries: number;
}

/**
 * Orders to deliver on behalf of recipients. They are made by `RecordStore.update`, as the
 * judgement says.
 */
export interface TickStore {
  /**
   * Lends the orders that are due for the server of that domain, who waits longest first. What is
   * neither settled nor postponed by `leaseUntil` is lent again.
   */
  claim(claim: {
    readonly domain: string;
    readonly now: Millis;
    readonly leaseUntil: Millis;
    readonly limit: number;
  }): Promise<readonly TickOrder[]>;
  /** The server has carried these orders out, or forbids them: they go. */
  settle(numbers: readonly number[]): Promise<void>;
  /** These orders are due again at that time, with one more try. */
  postpone(numbers: readonly number[], until: Millis): Promise<void>;
}
