import type { Stamp } from '../message/fact.ts';
import type { Millis } from '../store/store.ts';

/** What happened within the module's last tick may still be on its way, in ms. */
const ON_ITS_WAY: Millis = 100;

/** What a server last said of its clock and its spool. */
export interface Heard {
  /** Its newest stamp that is committed here or, when nothing waits, the present; `undefined`: it did not say. */
  readonly at: Stamp | undefined;
  /** Items that have not reached us. */
  readonly waiting: number;
}

/**
 * Up to when each server's facts are complete here. What takes the absence of news for news (a grace that passed, a message
 * that expired) asks this and not our own clock, or it would be wrong about every message after each stop.
 */
export class ServerClocks {
  readonly #heard = new Map<string, Heard & { readonly heardAt: Millis }>();
  readonly #now: () => Millis;

  constructor(now: () => Millis) {
    this.#now = now;
  }

  hear(domain: string, { at, waiting }: Heard): void {
    const before = this.#heard.get(domain)?.at;
    const newest = at === undefined || before === undefined ? (at ?? before) : Math.max(at, before);
    this.#heard.set(domain, { at: newest, waiting, heardAt: this.#now() });
  }

  /** `undefined`: nothing is known of that server since we are connected, and its silence says nothing. */
  knownUpTo(domain: string): Stamp | undefined {
    const heard = this.#heard.get(domain);
    if (heard?.at === undefined || heard.waiting > 0) return heard?.at;
    const quietFor = this.#now() - heard.heardAt - ON_ITS_WAY;
    return heard.at + Math.max(0, quietFor) * 1000;
  }

  /** The link is down: from now on facts may be waiting. */
  forget(): void {
    this.#heard.clear();
  }
}
