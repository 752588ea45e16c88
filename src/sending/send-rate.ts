import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';

export interface SendRateLimits {
  /** What is due to one addressee within so long travels in one stanza. */
  readonly gather: Millis;
  /** Once a burst is used up, one stanza for somebody in so long. */
  readonly every: Millis;
  /** So many go out without that. */
  readonly burst: number;
}

/**
 * Keeps what we send from crowding out real mail: who has just got something waits a little, and who has got much
 * waits longer, so that what comes meanwhile goes in one stanza.
 */
export class SendRate {
  readonly #limits: SendRateLimits;
  /** When all stanzas so far are paid for, at an even rate. */
  readonly #paidAt = new Map<BareJid, Millis>();
  readonly #readyAt = new Map<BareJid, Millis>();

  constructor(limits: SendRateLimits) {
    this.#limits = limits;
  }

  /** A stanza goes out to somebody. */
  note(addressee: BareJid, now: Millis): void {
    const { gather, every, burst } = this.#limits;
    const paidAt = Math.max(now, this.#paidAt.get(addressee) ?? 0) + every;
    this.#paidAt.set(addressee, paidAt);
    this.#readyAt.set(addressee, Math.max(now + gather, paidAt - burst * every));
  }

  /** What somebody got so far counts no more. */
  forgive(addressee: BareJid): void {
    this.#paidAt.delete(addressee);
    this.#readyAt.delete(addressee);
  }

  /** Who must wait; forgets those who need not. */
  waiting(now: Millis): readonly BareJid[] {
    for (const [addressee, at] of this.#paidAt) if (at <= now) this.#paidAt.delete(addressee);
    for (const [addressee, at] of this.#readyAt) if (at <= now) this.#readyAt.delete(addressee);
    return [...this.#readyAt.keys()];
  }

  /** When the next of those who wait need not any more. */
  nextReadyAt(): Millis | undefined {
    return this.#readyAt.size === 0 ? undefined : Math.min(...this.#readyAt.values());
  }
}
