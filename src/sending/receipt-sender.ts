import type { Counters } from '../counters.ts';
import type { Logger } from '../log.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Element } from '../protocol/xml.ts';
import type { Parcel, Store } from '../store/store.ts';
import { retryAt } from './retry-times.ts';
import { SendLoop } from './send-loop.ts';
import { type Sendable, type SendRoundParts, sendRound } from './send-round.ts';

export interface ReceiptSenderParts extends SendRoundParts {
  readonly store: Pick<Store, 'claim' | 'settle' | 'postpone'>;
  readonly counters: Counters;
  readonly log: Logger;
  /** Turns receipts into the stanza that the sender gets. */
  readonly compose: (parcel: Parcel) => Element;
}

/** The delay after which a parcel that nobody settled may be claimed again: a killed daemon makes it late by that. */
const LEASE: Millis = 10_000;

/** The longest time until something is found that was postponed, or that another daemon left. */
const LOOK_AGAIN: Millis = 1000;

const MAX_PARCELS = 50;
const MAX_RECEIPTS = 500;

/**
 * Sends receipts until the server has taken them. What was sent and not taken is sent again under
 * the same id, by whoever claims it when the lease is over.
 */
export class ReceiptSender {
  /** Runs while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: ReceiptSenderParts;

  constructor(parts: ReceiptSenderParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => sendRound(this.#receipts, parts),
      pause: () => this.#pause(),
      complaint: 'receipts could not be sent now; they are kept',
      log: parts.log,
    });
  }

  /** An error came back for a receipt. It is sent again later, for some days. Such an error is never a fact. */
  async refused(id: string, by: BareJid): Promise<void> {
    const { store, now, counters } = this.#parts;
    const outcome = await store.postpone({ id, to: by }, (tries) => retryAt(now(), tries));
    if (outcome !== 'unknown')
      counters.count(outcome === 'postponed' ? 'receipts refused' : 'receipts given up');
  }

  readonly #receipts: Sendable<Parcel> = {
    claim: (except) => this.#claim(except),
    addresseeOf: ({ to }) => to,
    compose: (parcel) => this.#parts.compose(parcel),
    settle: (parcels) => this.#settle(parcels),
  };

  #claim(except: readonly BareJid[]): Promise<readonly Parcel[]> {
    const { store, now } = this.#parts;
    return store.claim({
      now: now(),
      leaseUntil: now() + LEASE,
      maxParcels: MAX_PARCELS,
      maxReceipts: MAX_RECEIPTS,
      except,
    });
  }

  async #settle(parcels: readonly Parcel[]): Promise<void> {
    const { store, counters, now } = this.#parts;
    const ids = parcels.map(({ id }) => id);
    await store.settle(ids, now());
    counters.count('receipts sent', parcels.flatMap(({ receipts }) => receipts).length);
  }

  /** Until the next sender need not wait any more, or until we look again. */
  #pause(): Millis {
    const { rate, now } = this.#parts;
    return Math.min(LOOK_AGAIN, Math.max(0, (rate.nextReadyAt() ?? Infinity) - now()));
  }
}
