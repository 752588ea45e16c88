import type { HoldReason } from '../receipt/decide.ts';

/** Why the router refuses a request of anybody. */
export type RequestRefusal = 'too many' | 'nobody there' | 'not one child' | 'unknown request';

/** Why a user's command is not carried out. */
export type CommandRefusal =
  | 'not readable'
  | 'unknown command'
  | 'locked'
  | 'admins-only'
  | 'too-many-exceptions'
  | 'too-many-commands'
  | 'store-fails';

/** Everything that is counted, by its name in logs. */
export type CounterName =
  | `receipts held: ${HoldReason}`
  | 'items'
  | 'bad items'
  | 'items lost in gaps'
  | 'server restarts'
  | 'receipts sent'
  | 'receipts told as a number only'
  | 'receipts refused'
  | 'receipts given up'
  | 'ticks delivered'
  | 'ticks forbidden'
  | 'ticks given up'
  | 'recipients asked'
  | 'commands'
  | 'commands refused'
  | `commands refused: ${CommandRefusal}`
  | 'commands failed'
  | 'questions answered'
  | 'questions refused'
  | `requests refused: ${RequestRefusal}`
  | 'requests failed'
  | 'replies not sent'
  | 'stanzas from strangers refused'
  | 'queries refused'
  | 'stanzas ignored';

/** Counts since the start of the daemon. */
export class Counters {
  readonly #counts = new Map<CounterName, number>();

  count(name: CounterName, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
