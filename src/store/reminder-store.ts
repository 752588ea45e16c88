import type { Millis } from '../message/time.ts';
import type { KeptWatch } from './watch-store.ts';

export interface ReminderOrder {
  readonly now: Millis;
  /** Orders from then on count against the limit. */
  readonly since: Millis;
  readonly limit: number;
}

/** Reminders of recipients, once for a message. */
export interface ReminderStore {
  /** Orders to remind the recipient, once for a message. */
  order(
    watch: KeptWatch,
    order: ReminderOrder,
  ): Promise<'ordered' | 'again' | 'too many' | 'changed'>;
  /** Reminders that are ordered, where one of these servers is asked; the oldest first. */
  ordered(servers: readonly string[], limit: number): Promise<readonly KeptWatch[]>;
  /** Whoever gets `true` may send the reminder; nobody else does, ever. */
  take(watch: KeptWatch): Promise<boolean>;
}
