import type { Millis, Stamp } from '../message/time.ts';

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
export class Completeness {
  readonly #heard = new Map<string, Heard & { readonly heardAt: Millis }>();
  /** Batches that could not be committed and come again as they were. */
  readonly #owed = new Map<string, Set<string>>();
  /** Time that passed while we could hear the servers, in ms. */
  #passed: Millis = 0;

  /** So much time passed. What we slept through or were too busy to read in is not to be told: then no server was heard. */
  pass(ms: Millis): void {
    this.#passed += ms;
  }

  hear(domain: string, { at, waiting }: Heard): void {
    const before = this.#heard.get(domain)?.at;
    const newest = at === undefined || before === undefined ? (at ?? before) : Math.max(at, before);
    this.#heard.set(domain, { at: newest, waiting, heardAt: this.#passed });
  }

  /** A batch was refused: until it comes again, that server's facts are not complete here. */
  owe(domain: string, batch: string): void {
    this.#owed.set(domain, (this.#owed.get(domain) ?? new Set()).add(batch));
  }

  /** A batch is committed, perhaps one that was refused before. */
  settle(domain: string, batch: string): void {
    this.#owed.get(domain)?.delete(batch);
  }

  /** The server says that nothing waits: whatever was refused has come, perhaps cut otherwise. */
  forgive(domain: string): void {
    this.#owed.delete(domain);
  }

  /** `undefined`: nothing is known of that server since we are connected, and its silence says nothing. */
  knownUpTo(domain: string): Stamp | undefined {
    if ((this.#owed.get(domain)?.size ?? 0) > 0) return undefined;
    const heard = this.#heard.get(domain);
    if (heard?.at === undefined || heard.waiting > 0) return heard?.at;
    const quietFor = this.#passed - heard.heardAt - ON_ITS_WAY;
    return heard.at + Math.max(0, quietFor) * 1000;
  }

  /** Has all that the server saw until lately reached us? */
  isCaughtUp(domain: string): boolean {
    return (this.#owed.get(domain)?.size ?? 0) === 0 && this.#heard.get(domain)?.waiting === 0;
  }

  /** The link is down, or the server does not speak to us: from now on facts may be waiting. */
  forget(domain?: string): void {
    for (const known of domain === undefined ? [...this.#heard.keys()] : [domain]) {
      this.#heard.delete(known);
      this.#owed.delete(known);
    }
  }
}
