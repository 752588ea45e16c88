import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';

export interface SendRateLimits {
  /**
   * The shortest time between two stanzas for one addressee. What comes meanwhile goes in one
   * stanza.
   */
  readonly gather: Millis;
  /** When the burst is used up: the time for each further stanza. */
  readonly every: Millis;
  /** Number of stanzas that go out without that delay. */
  readonly burst: number;
}

/**
 * Keeps what we send from crowding out real mail. An addressee who has just got a stanza waits a
 * little for the next one, and one who has got many waits longer. What comes meanwhile goes in one
 * stanza. RequestRate of user/commands is another thing: it refuses, and nothing is kept for later.
 */
export class SendRate {
  readonly #limits: SendRateLimits;
  /** When all stanzas so far would have gone out at an even rate. */
  readonly #paidAt = new Map<BareJid, Millis>();
  readonly #readyAt = new Map<BareJid, Millis>();

  constructor(limits: SendRateLimits) {
    this.#limits = limits;
  }

  /** A stanza goes out to this addressee. */
  note(addressee: BareJid, now: Millis): void {
    const { gather, every, burst } = this.#limits;
    const paidAt = Math.max(now, this.#paidAt.get(addressee) ?? 0) + every;
    this.#paidAt.set(addressee, paidAt);
    this.#readyAt.set(addressee, Math.max(now + gather, paidAt - burst * every));
  }

  /** Everything that this addressee got so far does not count any more. */
  forgive(addressee: BareJid): void {
    this.#paidAt.delete(addressee);
    this.#readyAt.delete(addressee);
  }

  /** The addressees who must wait. Forgets the others. */
  waiting(now: Millis): readonly BareJid[] {
    for (const [addressee, at] of this.#paidAt) if (at <= now) this.#paidAt.delete(addressee);
    for (const [addressee, at] of this.#readyAt) if (at <= now) this.#readyAt.delete(addressee);
    return [...this.#readyAt.keys()];
  }

  /** When the first of those who wait may get something. */
  nextReadyAt(): Millis | undefined {
    return this.#readyAt.size === 0 ? undefined : Math.min(...this.#readyAt.values());
  }
}
