import { LEAST_LIMIT } from '../protocol/limits.ts';

/** How large a stanza the server takes, as far as is known: it tells by ending the stream. */
export class StanzaLimit {
  #bytes = Infinity;

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The server ended the stream at a stanza of this size. Half of it is tried next; what every
   * server must take is always sent.
   */
  endedAt(bytes: number): void {
    this.#bytes = Math.min(this.#bytes, Math.max(LEAST_LIMIT, Math.floor(bytes / 2)));
  }
}
