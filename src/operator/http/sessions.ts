import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Millis } from '../../message/time.ts';

export const SESSION_LASTS: Millis = 12 * 3_600_000;

/** More logins than this at a time end the oldest. */
const MAX_SESSIONS = 100;

/** Who has shown the token to the page: names by chance, known until the daemon ends. */
export class Sessions {
  readonly #token: Buffer;
  readonly #now: () => Millis;
  /** When each ends; the oldest first. */
  readonly #ends = new Map<string, Millis>();

  constructor(token: string, now: () => Millis = () => performance.now()) {
    this.#token = digestOf(token);
    this.#now = now;
  }

  /** `undefined`: this is not the token. */
  open(token: string): string | undefined {
    if (!timingSafeEqual(digestOf(token), this.#token)) return undefined;
    const [oldest] = this.#ends.keys();
    if (this.#ends.size >= MAX_SESSIONS && oldest !== undefined) this.#ends.delete(oldest);
    const name = randomBytes(32).toString('base64url');
    this.#ends.set(name, this.#now() + SESSION_LASTS);
    return name;
  }

  isOpen(name: string | undefined): boolean {
    return name !== undefined && (this.#ends.get(name) ?? 0) > this.#now();
  }

  close(name: string | undefined): void {
    if (name !== undefined) this.#ends.delete(name);
  }
}

/** A digest has one length, whatever was typed: `timingSafeEqual` needs that. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
