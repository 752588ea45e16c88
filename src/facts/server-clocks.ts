import type { Millis, Stamp } from '../message/time.ts';

/**
 * How long ago a stamp of a server was. Its clock may be off by any time, so its stamps are
 * compared with each other: what reached us fastest is taken as the present.
 */
export class ServerClocks {
  readonly #now: () => Millis;
  /** Our own time less that of the server, by its domain. */
  readonly #apart = new Map<string, Millis>();

  constructor(now: () => Millis) {
    this.#now = now;
  }

  /** The server has said this stamp just now, or some time ago. */
  hear(domain: string, at: Stamp): void {
    const apart = this.#now() - at / 1000;
    this.#apart.set(domain, Math.min(apart, this.#apart.get(domain) ?? apart));
  }

  /** The server's present time: what was heard before does not count, as clocks drift apart. */
  set(domain: string, present: Stamp): void {
    this.#apart.set(domain, this.#now() - present / 1000);
  }

  /** `undefined`: nothing is known of that server's clock. */
  since(domain: string, at: Stamp): Millis | undefined {
    const apart = this.#apart.get(domain);
    return apart === undefined ? undefined : Math.max(0, this.#now() - at / 1000 - apart);
  }
}
