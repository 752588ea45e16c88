import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';

/** `refused-first`: to be said to the user; the ones after it are better met with silence. */
export type Permission = 'ok' | 'refused-first' | 'refused';

interface Bucket {
  readonly tokens: number;
  readonly at: Millis;
  /** Everything is refused until enough has come back. */
  readonly isOverflown: boolean;
}

const MINUTE: Millis = 60_000;

/** Of a bucket that overflowed so much must come back, or a machine that goes on writing is told again and again. */
const RECOVERED = 0.5;

/** Users whose buckets are remembered; beyond it those of the longest absent go. */
const MAX_USERS = 10_000;

/** How many commands a user may give: so many at once, and so many in a minute after that. */
export class RequestRate {
  readonly #perMinute: number;
  readonly #maxUsers: number;
  /** Of those who came last the last. */
  readonly #buckets = new Map<BareJid, Bucket>();

  constructor(perMinute: number, maxUsers = MAX_USERS) {
    this.#perMinute = perMinute;
    this.#maxUsers = maxUsers;
  }

  take(user: BareJid, now: Millis): Permission {
    const bucket = this.#refilled(user, now);
    const needed = bucket.isOverflown ? Math.max(1, this.#perMinute * RECOVERED) : 1;
    const isRefused = bucket.tokens < needed;
    const tokens = isRefused ? bucket.tokens : bucket.tokens - 1;
    this.#remember(user, { tokens, at: now, isOverflown: isRefused });
    if (!isRefused) return 'ok';
    return bucket.isOverflown ? 'refused' : 'refused-first';
  }

  #refilled(user: BareJid, now: Millis): Bucket {
    const bucket = this.#buckets.get(user);
    if (bucket === undefined) return { tokens: this.#perMinute, at: now, isOverflown: false };
    // A clock that was put back gives nothing and takes nothing.
    const refill = (Math.max(0, now - bucket.at) * this.#perMinute) / MINUTE;
    return { ...bucket, tokens: Math.min(this.#perMinute, bucket.tokens + refill) };
  }

  #remember(user: BareJid, bucket: Bucket): void {
    this.#buckets.delete(user);
    this.#buckets.set(user, bucket);
    for (const [other, { at }] of this.#buckets) {
      // After a minute a bucket is full again, as if it had never been.
      const isFull = bucket.at - at >= MINUTE;
      if (!isFull && this.#buckets.size <= this.#maxUsers) break;
      this.#buckets.delete(other);
    }
  }
}
