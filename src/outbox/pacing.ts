import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../store/store.ts';

export interface PacingLimits {
  /** Receipts that are due to one sender within so long travel in one stanza. */
  readonly gather: Millis;
  /** Stanzas for one sender in one minute, once a burst is used up. */
  readonly perMinute: number;
}

const MINUTE: Millis = 60_000;

/**
 * Keeps receipts from crowding out real mail: a sender who has just got some waits a little, and one who has got many
 * waits longer, so that what comes meanwhile goes in one stanza.
 */
export class Pacing {
  readonly #limits: PacingLimits;
  /** When all stanzas so far are paid for, at an even rate. */
  readonly #paidAt = new Map<BareJid, Millis>();
  readonly #readyAt = new Map<BareJid, Millis>();

  constructor(limits: PacingLimits) {
    this.#limits = limits;
  }

  /** A stanza goes out to this sender. */
  note(sender: BareJid, now: Millis): void {
    const { gather, perMinute } = this.#limits;
    const paidAt = Math.max(now, this.#paidAt.get(sender) ?? 0) + MINUTE / perMinute;
    this.#paidAt.set(sender, paidAt);
    this.#readyAt.set(sender, Math.max(now + gather, paidAt - MINUTE));
  }

  /** Senders who must wait, and forgets those who need not. */
  waiting(now: Millis): readonly BareJid[] {
    for (const [sender, at] of this.#paidAt) if (at <= now) this.#paidAt.delete(sender);
    for (const [sender, at] of this.#readyAt) if (at <= now) this.#readyAt.delete(sender);
    return [...this.#readyAt.keys()];
  }

  /** When the next of those who wait need not any more. */
  nextReadyAt(): Millis | undefined {
    return this.#readyAt.size === 0 ? undefined : Math.min(...this.#readyAt.values());
  }
}
