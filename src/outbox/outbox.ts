import { isLinkError, type Link } from '../component/link.ts';
import type { Counters } from '../counters.ts';
import type { Logger } from '../log.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { Millis, Parcel, Store } from '../store/store.ts';
import type { Pacing } from './pacing.ts';
import { tryAgainAt } from './postponement.ts';

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

type Timer = ReturnType<typeof setTimeout>;

/**
 * Sends receipts until the server has taken them: it answers a ping that was sent after them on the same stream. What was sent
 * and not taken is sent again under the same id, by whoever claims it when the lease is over.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  #isFailing = false;
  #isStopped = true;
  #isBusy = false;
  #wasKicked = false;
  #timer: Timer | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isStopped = false;
    this.kick();
  }

  /** Sends nothing more until the next start. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** There may be receipts to send. */
  kick(): void {
    this.#wasKicked = true;
    if (!this.#isBusy) void this.#run();
  }

  /** An error came back for a receipt: sent again later, for some days. Such errors are no facts. */
  async refused(parcelId: string): Promise<void> {
    const { store, now, counters } = this.#parts;
    const outcome = await store.postpone(parcelId, (tries) => tryAgainAt(now(), tries));
    if (outcome !== 'unknown')
      counters.count(outcome === 'postponed' ? 'receipts refused' : 'receipts given up');
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#wasKicked && !this.#isStopped) {
        this.#wasKicked = false;
        if (await this.#sendRound()) this.#wasKicked = true;
        this.#isFailing = false;
      }
    } catch (error) {
      // Down or silent: the receipts stay, and are found again when their lease is over.
      if (!isLinkError(error)) this.#complain(error);
    }
    this.#isBusy = false;
    this.#lookAgain();
  }

  /** Once for each time that the store fails. */
  #complain(error: unknown): void {
    if (!this.#isFailing)
      this.#parts.log.error({ err: error }, 'receipts could not be sent now; they are kept');
    this.#isFailing = true;
  }

  /** Was there something to send? */
  async #sendRound(): Promise<boolean> {
    const { store, link, pacing, compose, counters, now } = this.#parts;
    const parcels = await this.#claim();
    if (parcels.length === 0) return false;
    for (const { to } of parcels) pacing.note(to, now());
    await Promise.all([...parcels.map((parcel) => link.send(compose(parcel))), this.#ping()]);
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

  /**
   * XEP-0199 §3, of ourselves: when it has gone round, the server has read all that stood before it. No other domain need be
   * there for that.
   */
  async #ping(): Promise<void> {
    const { link, component } = this.#parts;
    const ping = element('ping', { xmlns: NS.ping });
    await link.request(element('iq', { type: 'get', to: component }, ping));
  }

  #lookAgain(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const { pacing, now } = this.#parts;
    const wait = Math.min(LOOK_AGAIN, Math.max(0, (pacing.nextReadyAt() ?? Infinity) - now()));
    this.#timer = setTimeout(() => this.kick(), wait);
  }
}
