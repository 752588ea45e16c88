import type { Millis, Stamp } from '../message/time.ts';

/** A moment by a server's stamps and, where it differs, by its clock. */
export interface Moment {
  readonly at: Stamp;
  readonly time?: Stamp;
}

/** By how much a server's clock was ahead of its stamps, and when. */
interface Ahead {
  readonly at: Stamp;
  readonly by: Stamp;
  /** Was it ever another time than the stamps, since we started? */
  readonly hasDiffered: boolean;
}

/**
 * How long ago a stamp of a server was, and what its present time is. Its clock may be off by any
 * time, so its stamps are compared with each other: what reached us fastest is taken as the
 * present.
 */
export class ServerClocks {
  readonly #now: () => Millis;
  /** Our own time less that of the server, by its domain. */
  readonly #apart = new Map<string, Millis>();
  readonly #ahead = new Map<string, Ahead>();

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

  /** What the server's clock said at a stamp. The newest of these counts. */
  show(domain: string, { at, time = at }: Moment): void {
    const before = this.#ahead.get(domain);
    if (before !== undefined && before.at > at) return;
    const by = time - at;
    this.#ahead.set(domain, { at, by, hasDiffered: before?.hasDiffered === true || by !== 0 });
  }

  /** `undefined`: nothing is known of that server's clock. */
  since(domain: string, at: Stamp): Millis | undefined {
    const apart = this.#apart.get(domain);
    return apart === undefined ? undefined : Math.max(0, this.#now() - at / 1000 - apart);
  }

  /**
   * Now, by the server's clock: later than every stamp that it has said. `undefined`: nothing is
   * known of it.
   */
  present(domain: string): Moment | undefined {
    const apart = this.#apart.get(domain);
    if (apart === undefined) return undefined;
    const at = Math.ceil((this.#now() - apart) * 1000) + 1;
    const ahead = this.#ahead.get(domain);
    return ahead?.hasDiffered ? { at, time: at + ahead.by } : { at };
  }
}
