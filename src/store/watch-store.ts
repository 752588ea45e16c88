import type { BareJid } from '../message/jid.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Patience, Watch } from '../receipt/watch.ts';

/**
 * - `open`: the deadline is not over
 * - `overdue`: its notice is to be sent
 * - `told`: the notice was sent, and may be answered
 * - `closed`: it happened, or the sender does not wait any more
 */
export type WatchState = 'open' | 'overdue' | 'told' | 'closed';

/** A reminder of the recipient: it is taken before it is sent, so that nobody gets it twice. */
export type ReminderState = 'ordered' | 'taken';

/** A watch as the store keeps it: one for a message. */
export interface KeptWatch extends Watch {
  /** The domain whose server's stamps the deadline is one of. Its module is asked for reminders. */
  readonly server: string;
  readonly state: WatchState;
  /** The id of the stanza with the notice. */
  readonly notice?: string | undefined;
  /** How far the message had come at the deadline, as the sender may know it. */
  readonly proof?: Receipt | undefined;
  readonly reminder?: ReminderState | undefined;
  /** When the reminder was ordered. */
  readonly reminded?: Millis | undefined;
  /** Lent, or postponed, until then. */
  readonly lease: Millis;
}

export interface NewWatch extends Watch {
  readonly server: string;
}

/** An overdue watch that is to be told. */
export interface Overdue extends KeptWatch {
  readonly notice: string;
  readonly proof: Receipt;
}

/** How many watches began in one update, and how many did not because of the limit. */
export interface WatchesBegun {
  readonly begun: number;
  readonly tooMany: number;
}

export const NO_WATCHES: WatchesBegun = { begun: 0, tooMany: 0 };

/** Maximum number of watches of one sender whose deadline is not over. More are not begun. */
export const MAX_OPEN_WATCHES = 50;

/** Maximum number of watches of one sender that are listed. */
export const MAX_LISTED_WATCHES = 100;

/** Up to which stamp the facts of a server are complete. */
export type CompleteServer = readonly [server: string, upTo: Stamp];

/**
 * Messages whose senders want to hear if nothing comes of them in time. `RecordStore.update` begins
 * those that a message brings along. A verb that changes a watch does nothing if it has changed
 * since it was read, and answers `false` then.
 */
export interface WatchStore {
  /** Begins one, in the place of an earlier one for that message. */
  open(watch: NewWatch): Promise<'open' | 'too many'>;
  /** Open watches whose deadline is over by those servers' stamps, the earliest first. */
  due(servers: readonly CompleteServer[], limit: number): Promise<readonly KeptWatch[]>;
  /** It did not happen by the deadline: the sender is to be told under that id. */
  expire(watch: KeptWatch, told: Pick<Overdue, 'notice' | 'proof'>): Promise<boolean>;
  /** It happened, the message is not kept any more, or the sender does not wait. */
  close(watch: KeptWatch): Promise<boolean>;
  /** The sender waits again. */
  again(
    watch: KeptWatch,
    until: Pick<Watch, 'deadline'> & Pick<Patience, 'within'>,
  ): Promise<'open' | 'too many' | 'changed'>;
  /**
   * The watches of a sender that are not closed: those that wait, the newest message first, then
   * those that were told, the last deadline first.
   */
  of(sender: BareJid): Promise<readonly KeptWatch[]>;
}
