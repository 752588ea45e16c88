import type { Counters } from '../counters.ts';
import type { Link } from '../link/link.ts';
import type { Logger } from '../log.ts';
import type { Element } from '../protocol/xml.ts';
import type { Millis, Parcel, Store } from '../store/store.ts';
import type { Pacing } from './pacing.ts';
import { tryAgainAt } from './postponement.ts';
import { Rounds } from './rounds.ts';
import { sendUntilTaken } from './send.ts';

export interface OutboxParts {
  readonly store: Store;
  readonly link: Link;
  readonly pacing: Pacing;
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
export class Outbox {
  /** When it works: while the link is up. */
  readonly rounds: Rounds;
  readonly #parts: OutboxParts;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.rounds = new Rounds({
      round: () => this.#sendRound(),
      pause: () => this.#pause(),
      complaint: 'receipts could not be sent now; they are kept',
      log: parts.log,
    });
  }

  /** An error came back for a receipt: sent again later, for some days. Such errors are no facts. */
  async refused(parcelId: string): Promise<void> {
    const { store, now, counters } = this.#parts;
    const outcome = await store.postpone(parcelId, (tries) => tryAgainAt(now(), tries));
    if (outcome !== 'unknown')
      counters.count(outcome === 'postponed' ? 'receipts refused' : 'receipts given up');
  }

  /** Was there something to send? */
  async #sendRound(): Promise<boolean> {
    const { store, pacing, compose, counters, now } = this.#parts;
    const parcels = await this.#claim();
    if (parcels.length === 0) return false;
    for (const { to } of parcels) pacing.note(to, now());
    await sendUntilTaken(
      parcels.map((parcel) => compose(parcel)),
      this.#parts,
    );
    await store.settle(
      parcels.map(({ id }) => id),
      now(),
    );
    counters.count(
      'receipts sent',
      parcels.reduce((sum, { receipts }) => sum + receipts.length, 0),
    );
    return true;
  }

  #claim(): Promise<readonly Parcel[]> {
    const { store, pacing, now } = this.#parts;
    return store.claim({
      now: now(),
      leaseUntil: now() + LEASE,
      maxParcels: MAX_PARCELS,
      maxReceipts: MAX_RECEIPTS,
      except: pacing.waiting(now()),
    });
  }

  #pause(): Millis {
    const { pacing, now } = this.#parts;
    return Math.min(LOOK_AGAIN, Math.max(0, (pacing.nextReadyAt() ?? Infinity) - now()));
  }
}
