import type { Counters } from '../counters.ts';
import type { Link } from '../link/link.ts';
import type { Logger } from '../log.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Element } from '../protocol/xml.ts';
import type { Parcel, Store } from '../store/store.ts';
import { retryAt } from './retry-times.ts';
import { SendLoop } from './send-loop.ts';
import type { SendRate } from './send-rate.ts';
import { sendUntilTaken } from './send-until-taken.ts';

export interface ReceiptSenderParts {
  readonly store: Store;
  readonly link: Link;
  readonly rate: SendRate;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
  /** Our own domain. */
  readonly component: string;
  /** Turns receipts into the stanza that the sender gets. */
  readonly compose: (parcel: Parcel) => Element;
}

/** A parcel that nobody settles may be claimed again after so long: what a killed daemon held back is late by that. */
const LEASE: Millis = 10_000;

/** What was postponed, or is left over from another daemon, is found within so long. */
const LOOK_AGAIN: Millis = 1000;

const MAX_PARCELS = 50;
const MAX_RECEIPTS = 500;

/**
 * Sends receipts until the server has taken them: it answers a ping that was sent after them on the same stream. What was sent
 * and not taken is sent again under the same id, by whoever claims it when the lease is over.
 */
export class ReceiptSender {
  /** When it works: while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: ReceiptSenderParts;
  #hasWarned = false;

  constructor(parts: ReceiptSenderParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => this.#sendRound(),
      pause: () => this.#pause(),
      complaint: 'receipts could not be sent now; they are kept',
      log: parts.log,
    });
  }

  /**
   * An error came back for a receipt, from whom it was sent to: it is sent again later, for some
   * days. Such errors are never facts.
   */
  async refused(id: string, by: BareJid): Promise<void> {
    const { store, now, counters } = this.#parts;
    const outcome = await store.postpone({ id, to: by }, (tries) => retryAt(now(), tries));
    if (outcome !== 'unknown')
      counters.count(outcome === 'postponed' ? 'receipts refused' : 'receipts given up');
  }

  /** Was there something to send? */
  async #sendRound(): Promise<boolean> {
    const { store, rate, compose, now } = this.#parts;
    const parcels = await this.#claim();
    if (parcels.length === 0) return false;
    for (const { to } of parcels) rate.note(to, now());
    await sendUntilTaken(
      parcels.map((parcel) => compose(parcel)),
      this.#parts,
    );
    await store.settle(
      parcels.map(({ id }) => id),
      now(),
    );
    this.#count(parcels);
    return true;
  }

  #count(parcels: readonly Parcel[]): void {
    const { counters, log } = this.#parts;
    const sent = parcels.reduce((sum, { receipts }) => sum + receipts.length, 0);
    const numbered = parcels.reduce((sum, { more }) => sum + more, 0);
    counters.count('receipts sent', sent);
    if (numbered === 0) return;
    counters.count('receipts told as a number only', numbered);
    if (!this.#hasWarned)
      log.warn(
        { receipts: numbered },
        'too many receipts wait for one sender: some are told as a number only',
      );
    this.#hasWarned = true;
  }

  #claim(): Promise<readonly Parcel[]> {
    const { store, rate, now } = this.#parts;
    return store.claim({
      now: now(),
      leaseUntil: now() + LEASE,
      maxParcels: MAX_PARCELS,
      maxReceipts: MAX_RECEIPTS,
      except: rate.waiting(now()),
    });
  }

  #pause(): Millis {
    const { rate, now } = this.#parts;
    return Math.min(LOOK_AGAIN, Math.max(0, (rate.nextReadyAt() ?? Infinity) - now()));
  }
}
