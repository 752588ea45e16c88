import { createHmac, randomBytes } from 'node:crypto';

/** RFC 7622 §3: a localpart, @, a domain, perhaps a resource. The first group is the account. */
const ADDRESS = /([^\s"&'/:<>@()[\]{},;=]+@[\p{L}\p{N}._-]*[\p{L}\p{N}_])(?:\/[^\s"'<>,;)\]]*)?/gu;

/** Maximum depth of what is logged; deeper values are left out. */
const DEEPEST = 8;

/**
 * Puts the same short pseudonym for the same account, wherever its address stands in what is
 * logged. The key is made anew at each start: nobody can find the address from it later.
 */
export class Pseudonyms {
  readonly #key = randomBytes(32);

  inText(text: string): string {
    return text.replace(ADDRESS, (_, account: string) => this.#of(account));
  }

  /**
   * Replaces the addresses in all that a value holds; an error must be made a plain object before.
   */
  in(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.inText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === DEEPEST) return '[left out]';
    if (Array.isArray(value)) return value.map((each) => this.in(each, depth + 1));
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, held]) => [this.inText(name), this.in(held, depth + 1)]),
    );
  }

  #of(account: string): string {
    const hash = createHmac('sha256', this.#key).update(account.toLowerCase()).digest('hex');
    return `user-${hash.slice(0, 8)}`;
  }
}
