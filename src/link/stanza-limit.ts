import { LEAST_LIMIT } from '../protocol/limits.ts';
import { StanzaTooBig } from './link-error.ts';

/** How long a limit holds. Then longer stanzas are tried again: an operator may have raised it. */
export const LIMIT_HOLDS_MS = 86_400_000;

/** How large a stanza the server takes, as far as is known: it tells by ending the stream. */
export class StanzaLimit {
  readonly #listeners: ((bytes: number) => void)[] = [];
  #bytes = Infinity;
  /** The end of the present limit, by the stopwatch. */
  #until = 0;

  get bytes(): number {
    return performance.now() < this.#until ? this.#bytes : Infinity;
  }

  /** Throws StanzaTooBig. */
  admit(text: string): number {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.bytes)
      throw new StanzaTooBig(
        `a stanza of ${bytes} bytes was not sent: the server takes ${this.bytes}: raise component_stanza_size_limit in Prosody, or max_stanza_size of the ejabberd_service listener in ejabberd`,
      );
    return bytes;
  }

  /**
   * The server ended the stream at a stanza of this size. Half of it is tried next; what every
   * server must take is always sent.
   */
  endedAt(bytes: number): void {
    this.hold(Math.min(this.bytes, Math.max(LEAST_LIMIT, Math.floor(bytes / 2))), LIMIT_HOLDS_MS);
    for (const listener of this.#listeners) listener(this.#bytes);
  }

  hold(bytes: number, ms: number): void {
    this.#bytes = bytes;
    this.#until = performance.now() + ms;
  }

  onLearned(listener: (bytes: number) => void): void {
    this.#listeners.push(listener);
  }
}
