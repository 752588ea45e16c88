import { randomBytes } from 'node:crypto';

const BYTES = 18;

/**
 * Whether a module says what comes in its name (docs/protocol.md §2.1). Where the server does not
 * check what its components write, another one can write from the server's domain, but reads
 * nothing that goes there. So each domain is told a secret, and its module repeats it.
 */
export class Trust {
  readonly #secrets = new Map<string, string>();
  /** Whose module answered our own hello without a secret: it is older than secrets. */
  readonly #older = new Set<string>();

  /** A stream has begun: nothing that was said on another one counts. */
  renew(): void {
    this.#secrets.clear();
    this.#older.clear();
  }

  secretOf(domain: string): string {
    const secret = this.#secrets.get(domain) ?? randomBytes(BYTES).toString('base64url');
    this.#secrets.set(domain, secret);
    return secret;
  }

  /** Our own hello was answered. Only who reads it knows the id of the answer. */
  learn(domain: string, answer: { readonly secret: string | undefined } | undefined): void {
    if (answer !== undefined && answer.secret === undefined) this.#older.add(domain);
    else this.#older.delete(domain);
  }

  /** One who has repeated the secret is not believed without it on that stream. */
  believes(domain: string, secret: string | undefined): boolean {
    const isRepeated = secret === this.secretOf(domain);
    if (isRepeated) this.#older.delete(domain);
    return isRepeated || (secret === undefined && this.#older.has(domain));
  }
}
