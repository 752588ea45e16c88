import { randomBytes } from 'node:crypto';
import type { StanzaError } from '../protocol/iq.ts';

const BYTES = 18;

/** The module keeps what it is the answer to, and sends it again. */
export const NOT_BELIEVED: StanzaError = {
  type: 'wait',
  condition: 'unexpected-request',
  text: 'the secret of our hello is missing or wrong; our next hello tells it',
};

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

  /**
   * May what names this secret be believed? A server that has repeated the secret is not believed
   * without it on that stream.
   */
  believes(domain: string, secret: string | undefined): boolean {
    const isRepeated = secret === this.secretOf(domain);
    if (isRepeated) this.#older.delete(domain);
    return isRepeated || (secret === undefined && this.#older.has(domain));
  }
}

/** The line in the log about facts that were not believed. */
export function doubted(domain: string): string {
  return `facts in the name of ${domain} came without the secret that its mod_receipts was told: they are not taken. If "batches refused: not believed" grows, another component writes in its name: let the server check what components write ("check_from: true" in ejabberd, "validate_from_addresses = true" in Prosody).`;
}
