import { randomBytes } from 'node:crypto';
import type { Millis } from '../../message/time.ts';

export const SESSION_LASTS: Millis = 12 * 3_600_000;

/** More logins than this at a time end the oldest. */
const MAX_SESSIONS = 100;

/** Who has shown the token to the page: names by chance, known until the daemon ends. */
export class Sessions {
  readonly #now: () => Millis;
  /** When each ends; the oldest first. */
  readonly #ends = new Map<string, Millis>();

  constructor(now: () => Millis = () => performance.now()) {
    this.#now = now;
  }

  open(): string {
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
