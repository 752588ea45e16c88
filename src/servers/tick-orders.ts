import type { Completeness } from '../facts/completeness.ts';
import type { Link } from '../link/link.ts';
import type { Millis } from '../message/time.ts';
import { conditionOf } from '../protocol/iq.ts';
import { MAX_ORDERS } from '../protocol/limits.ts';
import {
  type Delivered,
  deliverElement,
  deliverLine,
  firstPage,
  readDelivered,
} from '../protocol/server-orders.ts';
import { type Element, element } from '../protocol/xml.ts';
import { retryAt } from '../sending/retry-times.ts';
import { SendLoop } from '../sending/send-loop.ts';
import type { TickOrder, TickStore } from '../store/tick-store.ts';
import { countedCondition } from '../telemetry/conditions.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';

export interface TickOrdersParts {
  readonly ticks: TickStore;
  readonly link: Pick<Link, 'request'>;
  readonly completeness: Pick<Completeness, 'isCaughtUp'>;
  /** False: another daemon may serve our component by now. */
  readonly isSure: () => boolean;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
  readonly domains: readonly string[];
  /** Our own domain. */
  readonly component: string;
}

/** Longer than a request may take, so that no other daemon sends the same order meanwhile. */
const LEASE: Millis = 60_000;
const LOOK_AGAIN: Millis = 500;

/** The delay while a server's facts are not all here: that is over soon. */
const LOOK_SOON: Millis = 100;

/**
 * Orders ticks from the recipients' servers, until they are delivered or forbidden. Each server has
 * a loop of its own, so a server that does not answer holds up no other.
 */
export class TickOrders {
  readonly #parts: TickOrdersParts;
  readonly #loops: readonly SendLoop[];

  constructor(parts: TickOrdersParts) {
    this.#parts = parts;
    this.#loops = parts.domains.map((domain) => this.#loopFor(domain));
  }

  /** The link is up: orders may go. */
  start(): void {
    for (const loop of this.#loops) loop.start();
  }

  stop(): void {
    for (const loop of this.#loops) loop.stop();
  }

  /** Looks at once: there may be ticks to order. */
  kick(): void {
    for (const loop of this.#loops) loop.kick();
  }

  #loopFor(domain: string): SendLoop {
    const { completeness, log } = this.#parts;
    return new SendLoop({
      round: () => this.#order(domain),
      pause: () => (completeness.isCaughtUp(domain) ? LOOK_AGAIN : LOOK_SOON),
      complaint: `ticks could not be ordered from ${domain} now; they are kept`,
      log,
    });
  }

  /** Answers whether there may be more. */
  async #order(domain: string): Promise<boolean> {
    const { ticks, now, completeness, isSure } = this.#parts;
    // Facts that are not here yet may be the client's own answer. Then no tick is sent.
    if (!completeness.isCaughtUp(domain) || !isSure()) return false;
    const leaseUntil = now() + LEASE;
    const claimed = await ticks.claim({ domain, now: now(), leaseUntil, limit: MAX_ORDERS });
    // After a sleep another daemon may serve our component: it orders them when their lease is over.
    if (!isSure()) return false;
    for (let rest = claimed; rest.length > 0; ) {
      const page = firstPage(rest, orderLine);
      await this.#send(domain, page);
      rest = rest.slice(page.length);
    }
    return claimed.length > 0;
  }

  async #send(domain: string, orders: readonly TickOrder[]): Promise<void> {
    const { link, component } = this.#parts;
    const deliver = deliverElement(orders.map(orderLine));
    const answer = await link.request(
      element('iq', { type: 'set', from: component, to: domain }, deliver),
    );
    const delivered = readDelivered(answer);
    if (delivered === undefined) await this.#postpone(orders, answer);
    else await this.#settle(orders, delivered);
  }

  async #settle(orders: readonly TickOrder[], { delivered, forbidden }: Delivered): Promise<void> {
    const { ticks, counters } = this.#parts;
    await ticks.settle(orders.map(({ number }) => number));
    counters.count('ticks delivered', delivered);
    for (const [reason, count] of forbidden) counters.count(`ticks forbidden: ${reason}`, count);
  }

  /** An error: the module is not there, or is an older one. */
  async #postpone(orders: readonly TickOrder[], answer: Element): Promise<void> {
    const { ticks, counters, now } = this.#parts;
    counters.count(`ticks refused: ${countedCondition(conditionOf(answer))}`);
    for (const { number, tries } of orders) {
      const until = retryAt(now(), tries);
      if (until === undefined) {
        await ticks.settle([number]);
        counters.count('ticks given up');
      } else await ticks.postpone([number], until);
    }
  }
}

function orderLine({ tick }: TickOrder): string {
  return deliverLine(tick);
}
