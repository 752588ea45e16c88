import { createHash, timingSafeEqual } from 'node:crypto';
import type { Millis } from '../../message/time.ts';

const MINUTE: Millis = 60_000;

/** Wrong tokens within a minute. Whoever gave more waits, even with the right one. */
export const WRONG_TOKENS = { ofAnAddress: 10, ofAll: 100 } as const;

export type Verdict =
  | { readonly kind: 'right' | 'wrong' }
  /** It was not looked at. */
  | { readonly kind: 'too-many'; readonly waitSeconds: number };

interface Wrong {
  readonly address: string;
  readonly at: Millis;
}

/** Looks at the tokens that are given, and at no more wrong ones than it may. */
export class TokenCheck {
  readonly #token: Buffer;
  readonly #now: () => Millis;
  /** The newest last. It holds no more than may be wrong in a minute. */
  #wrong: readonly Wrong[] = [];

  constructor(token: string, now: () => Millis = () => performance.now()) {
    this.#token = digestOf(token);
    this.#now = now;
  }

  /** Whatever comes from one address is one guesser, who may be a proxy with many behind it. */
  look(given: string, address: string): Verdict {
    const now = this.#now();
    this.#wrong = this.#wrong.filter(({ at }) => now - at < MINUTE);
    const until = this.#waitsUntil(address);
    if (until > now) return { kind: 'too-many', waitSeconds: Math.ceil((until - now) / 1000) };
    if (timingSafeEqual(digestOf(given), this.#token)) return { kind: 'right' };
    this.#wrong = [...this.#wrong, { address, at: now }];
    return { kind: 'wrong' };
  }

  #waitsUntil(address: string): Millis {
    const own = this.#wrong.filter((wrong) => wrong.address === address);
    return Math.max(
      untilFewerThan(WRONG_TOKENS.ofAnAddress, own),
      untilFewerThan(WRONG_TOKENS.ofAll, this.#wrong),
    );
  }
}

function untilFewerThan(limit: number, wrong: readonly Wrong[]): Millis {
  const oldest = wrong.at(-limit);
  return oldest === undefined ? Number.NEGATIVE_INFINITY : oldest.at + MINUTE;
}

/** A digest has one length, whatever was typed: `timingSafeEqual` needs that. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
