import type { Millis, Stamp } from '../message/time.ts';
import type { Completeness } from './completeness.ts';

/** What is known may be so much further than time has passed: servers speak now and then only. */
const TOLERANCE: Millis = 1000;

export interface LeapsParts {
  readonly completeness: Pick<Completeness, 'completeUpTo' | 'isCaughtUp' | 'interruptionsOf'>;
  readonly domains: readonly string[];
  readonly now: () => Millis;
}

interface Look {
  readonly upTo: Stamp;
  readonly at: Millis;
  readonly interruptions: number;
}

/**
 * Notices when a server's facts are complete further than time has passed: at the first time after
 * a connect, when what had waited there is here, and when what we had refused has come again. What
 * was put off until then is due at once.
 */
export class Leaps {
  readonly #parts: LeapsParts;
  readonly #last = new Map<string, Look>();

  constructor(parts: LeapsParts) {
    this.#parts = parts;
  }

  /** The link was down, or a leap came to nothing: the next word is a leap again. */
  clear(): void {
    this.#last.clear();
  }

  /** Answers whether there was a leap since the last look, of any server. */
  look(): boolean {
    return this.#parts.domains.filter((domain) => this.#hasLeapt(domain)).length > 0;
  }

  /** While a server is telling what had waited, each batch would be a leap. */
  #hasLeapt(domain: string): boolean {
    const { completeness, now } = this.#parts;
    const upTo = completeness.completeUpTo(domain);
    if (upTo === undefined || !completeness.isCaughtUp(domain)) return false;
    const last = this.#last.get(domain);
    const look = { upTo, at: now(), interruptions: completeness.interruptionsOf(domain) };
    this.#last.set(domain, look);
    return last === undefined || isLeap(last, look);
  }
}

/** What was judged while nothing was known was put off for long, also if that was soon over. */
function isLeap(last: Look, look: Look): boolean {
  const passed = look.at - last.at + TOLERANCE;
  return look.interruptions > last.interruptions || look.upTo - last.upTo > passed * 1000;
}
