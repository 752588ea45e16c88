import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';

/** `refused-first`: the user gets an answer that says so. `refused`: better no answer at all. */
export type Permission = 'ok' | 'refused-first' | 'refused';

interface Bucket {
  readonly tokens: number;
  readonly at: Millis;
  /** Everything is refused until enough tokens have come back. */
  readonly isEmptied: boolean;
}

const MINUTE: Millis = 60_000;

/**
 * The share of tokens that must come back after a refusal. With less, a machine that goes on
 * writing would get answer after answer.
 */
const RECOVERED_SHARE = 0.5;

/**
 * Maximum number of buckets that are kept. Beyond it, the users who were absent longest are
 * forgotten.
 */
const MAX_USERS = 10_000;

/**
 * Limits what one user may ask: a number at once, and the same number in each minute after that.
 * Unlike SendRate of sending/, which only delays, it refuses.
 */
export class RequestRate {
  readonly #perMinute: number;
  readonly #maxUsers: number;
  /** Users in the order of their last requests, the newest last. */
  readonly #buckets = new Map<BareJid, Bucket>();

  constructor(perMinute: number, maxUsers = MAX_USERS) {
    this.#perMinute = perMinute;
    this.#maxUsers = maxUsers;
  }

  take(user: BareJid, now: Millis): Permission {
    const bucket = this.#refilled(user, now);
    const needed = bucket.isEmptied ? Math.max(1, this.#perMinute * RECOVERED_SHARE) : 1;
    const isRefused = bucket.tokens < needed;
    const tokens = isRefused ? bucket.tokens : bucket.tokens - 1;
    this.#remember(user, { tokens, at: now, isEmptied: isRefused });
    if (!isRefused) return 'ok';
    return bucket.isEmptied ? 'refused' : 'refused-first';
  }

  #refilled(user: BareJid, now: Millis): Bucket {
    const bucket = this.#buckets.get(user);
    if (bucket === undefined) return { tokens: this.#perMinute, at: now, isEmptied: false };
    // A clock that was set back changes nothing.
    const refill = (Math.max(0, now - bucket.at) * this.#perMinute) / MINUTE;
    return { ...bucket, tokens: Math.min(this.#perMinute, bucket.tokens + refill) };
  }

  #remember(user: BareJid, bucket: Bucket): void {
    this.#buckets.delete(user);
    this.#buckets.set(user, bucket);
    for (const [other, { at }] of this.#buckets) {
      // After a minute a bucket is full again: the same as none.
      const isFull = bucket.at - at >= MINUTE;
      if (!isFull && this.#buckets.size <= this.#maxUsers) break;
      this.#buckets.delete(other);
    }
  }
}
