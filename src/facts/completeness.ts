import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Rules } from '../receipt/rules.ts';
import { ServerClocks } from './server-clocks.ts';

/**
 * The module collects facts for a short time before it sends them: the newest may still be on their
 * way.
 */
const ON_ITS_WAY: Millis = 100;

const COUNT_EVERY: Millis = 200;

/** Maximum silence that one count adds. After a longer time we were stopped or too busy to read. */
const LONGEST_SILENCE: Millis = 2 * COUNT_EVERY;

/** What a server last said about its clock and its spool. */
export interface Heard {
  /**
   * The server's newest stamp that is committed here or, if nothing waits, its present time;
   * `undefined`: unknown.
   */
  readonly at: Stamp | undefined;
  /** Number of items that have not reached us. */
  readonly waiting: number;
  /** The server's present time, if it said it. */
  readonly present?: Stamp | undefined;
}

/**
 * Up to which time each server's facts are complete here. "No fact came" (a grace is over, a
 * message expired) is only true up to this time. Our own clock cannot tell that: after a stop of
 * the daemon the facts of that time are still waiting on the servers.
 */
export class Completeness {
  readonly clocks: ServerClocks;
  readonly #now: () => Millis;
  readonly #heard = new Map<string, Heard & { readonly heardAt: Millis }>();
  /** Batches that could not be committed and come again as they were. */
  readonly #owed = new Map<string, Set<string>>();
  /**
   * Batches that came and are not committed yet: their number, and how far the server was known
   * before.
   */
  readonly #inHand = new Map<
    string,
    { readonly count: number; readonly upTo: Stamp | undefined }
  >();
  readonly #furthest = new Map<string, Stamp>();
  readonly #interruptions = new Map<string, number>();
  /** How long we were able to hear the servers. */
  #listenedFor: Millis = 0;
  #countedAt: Millis = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => Millis) {
    this.#now = now;
    this.clocks = new ServerClocks(now);
  }

  /** The link is up: from now on, silence means that nothing happens. */
  start(): void {
    clearInterval(this.#timer);
    this.#countedAt = this.#now();
    this.#timer = setInterval(() => this.#count(), COUNT_EVERY);
  }

  /** The link is down: from now on, facts may be waiting. */
  stop(): void {
    clearInterval(this.#timer);
    this.#heard.clear();
    this.#owed.clear();
  }

  hear(domain: string, { at, waiting, present }: Heard): void {
    if (present !== undefined) this.clocks.set(domain, present);
    else if (at !== undefined) this.clocks.hear(domain, at);
    const before = this.#heard.get(domain)?.at;
    this.#heard.set(domain, { at: latest(at, before), waiting, heardAt: this.#listenedFor });
  }

  /**
   * A batch came. Until it is committed or refused, the server's silence after it means nothing.
   */
  take(domain: string): void {
    const { count, upTo } = this.#inHand.get(domain) ?? {
      count: 0,
      upTo: this.completeUpTo(domain),
    };
    this.#inHand.set(domain, { count: count + 1, upTo });
  }

  /** A batch that came is committed or refused. */
  release(domain: string): void {
    const held = this.#inHand.get(domain);
    if (held === undefined) return;
    if (held.count > 1) this.#inHand.set(domain, { ...held, count: held.count - 1 });
    else this.#inHand.delete(domain);
  }

  /** A batch was refused: until it comes again, that server's facts are not complete here. */
  owe(domain: string, batch: string): void {
    this.#interrupt(domain);
    this.#owed.set(domain, (this.#owed.get(domain) ?? new Set()).add(batch));
  }

  /** A batch is committed, perhaps one that was refused before. */
  settle(domain: string, batch: string): void {
    this.#owed.get(domain)?.delete(batch);
  }

  /**
   * The server says that nothing waits: what we refused has come again, perhaps in other batches.
   */
  forgive(domain: string): void {
    this.#owed.delete(domain);
  }

  /** `undefined`: that server has said nothing since we connected, so its silence means nothing. */
  completeUpTo(domain: string): Stamp | undefined {
    if (this.#owes(domain)) return undefined;
    const heard = this.#heard.get(domain);
    const held = this.#inHand.get(domain);
    if (held !== undefined) return latest(held.upTo, heard?.at);
    if (heard?.at === undefined || heard.waiting > 0) return heard?.at;
    const quietFor = this.#listenedFor - heard.heardAt - ON_ITS_WAY;
    return heard.at + Math.max(0, quietFor) * 1000;
  }

  /** The furthest that this has answered so far: what was complete once stays so. */
  furthestUpTo(domain: string): Stamp | undefined {
    const upTo = latest(this.completeUpTo(domain), this.#furthest.get(domain));
    if (upTo !== undefined) this.#furthest.set(domain, upTo);
    return upTo;
  }

  /**
   * How often it became unknown, while we were connected, up to when that server's facts are
   * complete.
   */
  interruptionsOf(domain: string): number {
    return this.#interruptions.get(domain) ?? 0;
  }

  /** Is nothing waiting on that server, and nothing in hand here? */
  isCaughtUp(domain: string): boolean {
    const isInHand = this.#inHand.has(domain);
    return !this.#owes(domain) && !isInHand && this.#heard.get(domain)?.waiting === 0;
  }

  /** The server does not speak to us: from now on, facts may be waiting there. */
  forget(domain: string): void {
    this.#interrupt(domain);
    this.#heard.delete(domain);
    this.#owed.delete(domain);
  }

  #interrupt(domain: string): void {
    this.#interruptions.set(domain, this.interruptionsOf(domain) + 1);
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

function latest(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

interface ForMessages {
  readonly rules: Pick<Rules, 'domains'>;
  readonly completeness: Pick<Completeness, 'completeUpTo'>;
}

export function completeFor(
  key: MessageKey,
  { rules, completeness }: ForMessages,
): Stamp | undefined {
  return completeness.completeUpTo(serverOf(key, rules));
}

/**
 * The recipient's server sees what becomes of a message. If it is not one of ours, the sender's
 * server reports what it hears.
 */
export function serverOf(
  { sender, recipient }: MessageKey,
  { domains }: Pick<Rules, 'domains'>,
): string {
  const domain = domainOf(recipient);
  return domains.includes(domain) ? domain : domainOf(sender);
}
