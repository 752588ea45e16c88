import type { Counters } from '../counters.ts';
import type { Link } from '../link/link.ts';
import type { Logger } from '../log.ts';
import type { Millis } from '../message/time.ts';
import { MAX_ORDERS, MAX_PAGE_BYTES } from '../protocol/limits.ts';
import {
  deliverElement,
  deliverLine,
  firstPage,
  readDelivered,
} from '../protocol/server-orders.ts';
import { element } from '../protocol/xml.ts';
import type { Completeness } from '../records/completeness.ts';
import { retryAt } from '../sending/retry-times.ts';
import { SendLoop } from '../sending/send-loop.ts';
import type { Store } from '../store/store.ts';
import type { TickOrder } from '../store/tick-store.ts';

export interface TickOrdersParts {
  readonly store: Pick<Store, 'ticks'>;
  readonly link: Pick<Link, 'request'>;
  readonly completeness: Pick<Completeness, 'isCaughtUp'>;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
  readonly domains: readonly string[];
  /** Our own domain. */
  readonly component: string;
}

/** Longer than a request may take, so that no other daemon sends the same order meanwhile. */
const LEASE: Millis = 60_000;
const LOOK_AGAIN: Millis = 1000;

/** Orders ticks from the recipients' servers, until they are delivered or forbidden. */
export class TickOrders {
  /** Runs while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: TickOrdersParts;

  constructor(parts: TickOrdersParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => this.#orderAll(),
      pause: () => LOOK_AGAIN,
      complaint: 'ticks could not be ordered now; they are kept',
      log: parts.log,
    });
  }

  async #orderAll(): Promise<boolean> {
    const { domains, completeness } = this.#parts;
    // Facts that still wait on a server may be the client's own answer. Then no tick is sent.
    const ready = domains.filter((domain) => completeness.isCaughtUp(domain));
    const ordered = await Promise.all(ready.map((domain) => this.#order(domain)));
    return ordered.some((count) => count > 0);
  }

  async #order(domain: string): Promise<number> {
    const { store, now } = this.#parts;
    const leaseUntil = now() + LEASE;
    const claimed = await store.ticks.claim({ domain, now: now(), leaseUntil, limit: MAX_ORDERS });
    for (let rest = claimed; rest.length > 0; ) {
      const page = firstPage(rest, { textOf: orderLine, maxBytes: MAX_PAGE_BYTES });
      await this.#send(domain, page);
      rest = rest.slice(page.length);
    }
    return claimed.length;
  }

  async #send(domain: string, orders: readonly TickOrder[]): Promise<void> {
    const { link, component } = this.#parts;
    const deliver = deliverElement(orders.map(orderLine));
    const answer = await link.request(
      element('iq', { type: 'set', from: component, to: domain }, deliver),
    );
    const delivered = readDelivered(answer);
    if (delivered === undefined) await this.#postpone(orders);
    else await this.#settle(orders, delivered);
  }

  async #settle(
    orders: readonly TickOrder[],
    { delivered, forbidden }: { delivered: number; forbidden: number },
  ): Promise<void> {
    const { store, counters } = this.#parts;
    await store.ticks.settle(orders.map(({ number }) => number));
    counters.count('ticks delivered', delivered);
    counters.count('ticks forbidden', forbidden);
  }

  /** An error: the module is not there, or is an older one. */
  async #postpone(orders: readonly TickOrder[]): Promise<void> {
    const { store, counters, now } = this.#parts;
    for (const { number, tries } of orders) {
      const until = retryAt(now(), tries);
      if (until === undefined) {
        await store.ticks.settle([number]);
        counters.count('ticks given up');
      } else await store.ticks.postpone([number], until);
    }
  }
}

function orderLine({ tick }: TickOrder): string {
  return deliverLine(tick);
}
