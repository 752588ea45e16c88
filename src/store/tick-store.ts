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
  /** Lends orders to the server of that domain, oldest first. */
  claim(claim: {
    readonly domain: string;
    readonly now: Millis;
    readonly leaseUntil: Millis;
    readonly limit: number;
  }): Promise<readonly TickOrder[]>;
  /** The server has carried them out or forbidden them. */
  settle(numbers: readonly number[]): Promise<void>;
  /** To be sent again at that time. */
  postpone(numbers: readonly number[], until: Millis): Promise<void>;
}
