import type { Millis, Stamp } from '../message/time.ts';

/** What happened within the module's last tick may still be on its way, in ms. */
const ON_ITS_WAY: Millis = 100;

const COUNT_EVERY: Millis = 200;

/**
 * A longer time between two counts was not silence of the servers: we were stopped, or too busy to
 * read what they said.
 */
const LONGEST_SILENCE: Millis = 2 * COUNT_EVERY;

/** What a server last said of its clock and its spool. */
export interface Heard {
  /** Its newest stamp that is committed here or, when nothing waits, the present; `undefined`: it did not say. */
  readonly at: Stamp | undefined;
  /** Items that have not reached us. */
  readonly waiting: number;
}

/**
 * Up to when each server's facts are complete here. Whoever takes the absence of news for news (a
 * grace that passed, a message that expired) asks this and not our own clock. Otherwise it would be
 * wrong about every message after each stop.
 */
export class Completeness {
  readonly #now: () => Millis;
  readonly #heard = new Map<string, Heard & { readonly heardAt: Millis }>();
  /** Batches that could not be committed and come again as they were. */
  readonly #owed = new Map<string, Set<string>>();
  /** Time in which we could hear the servers, in ms. */
  #listenedFor: Millis = 0;
  #countedAt: Millis = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => Millis) {
    this.#now = now;
  }

  /** The link is up: from now on silence means that nothing happens. */
  start(): void {
    clearInterval(this.#timer);
    this.#countedAt = this.#now();
    this.#timer = setInterval(() => this.#count(), COUNT_EVERY);
  }

  /** The link is down: from now on facts may be waiting. */
  stop(): void {
    clearInterval(this.#timer);
    this.#heard.clear();
    this.#owed.clear();
  }

  hear(domain: string, { at, waiting }: Heard): void {
    const before = this.#heard.get(domain)?.at;
    const newest = at === undefined || before === undefined ? (at ?? before) : Math.max(at, before);
    this.#heard.set(domain, { at: newest, waiting, heardAt: this.#listenedFor });
  }

  /** A batch was refused: until it comes again, that server's facts are not complete here. */
  owe(domain: string, batch: string): void {
    this.#owed.set(domain, (this.#owed.get(domain) ?? new Set()).add(batch));
  }

  /** A batch is committed, perhaps one that was refused before. */
  settle(domain: string, batch: string): void {
    this.#owed.get(domain)?.delete(batch);
  }

  /** The server says that nothing waits: what was refused has come, perhaps in other batches. */
  forgive(domain: string): void {
    this.#owed.delete(domain);
  }

  /** `undefined`: nothing is known of that server since we are connected, and its silence says nothing. */
  completeUpTo(domain: string): Stamp | undefined {
    if (this.#owes(domain)) return undefined;
    const heard = this.#heard.get(domain);
    if (heard?.at === undefined || heard.waiting > 0) return heard?.at;
    const quietFor = this.#listenedFor - heard.heardAt - ON_ITS_WAY;
    return heard.at + Math.max(0, quietFor) * 1000;
  }

  /** Has all that the server saw until lately reached us? */
  isCaughtUp(domain: string): boolean {
    return !this.#owes(domain) && this.#heard.get(domain)?.waiting === 0;
  }

  /** The server does not speak to us: from now on facts may be waiting there. */
  forget(domain: string): void {
    this.#heard.delete(domain);
    this.#owed.delete(domain);
  }

  #owes(domain: string): boolean {
    return (this.#owed.get(domain)?.size ?? 0) > 0;
  }

  #count(): void {
    const now = this.#now();
    this.#listenedFor += Math.min(Math.max(0, now - this.#countedAt), LONGEST_SILENCE);
    this.#countedAt = now;
  }
}
