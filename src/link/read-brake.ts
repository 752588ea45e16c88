import type { Element } from '../protocol/xml.ts';
import type { Logger } from '../telemetry/log.ts';
import { isLinkError } from './link-error.ts';

/** Where stanzas come from; it can be stopped for a while. */
export interface Source {
  pause(): void;
  resume(): void;
}

export type StanzaHandler = (stanza: Element) => Promise<void>;

/**
 * Hands stanzas to the handler, and stops their source while too many are being handled. What the
 * socket has already read (at most 64 KB) is still handed over. It is kept from one connection to
 * the next, because the handlers are: a store that hangs must not get more work with every
 * reconnect.
 */
export class ReadBrake {
  readonly #limit: number;
  readonly #log: Logger;
  #handler: StanzaHandler | undefined;
  #source: Source | undefined;
  #pending = 0;
  #hasPaused = false;

  constructor(limit: number, log: Logger) {
    this.#limit = limit;
    this.#log = log;
  }

  get isPaused(): boolean {
    return this.#hasPaused;
  }

  handleBy(handler: StanzaHandler): void {
    this.#handler = handler;
  }

  readFrom(source: Source): void {
    this.#source = source;
    if (this.#hasPaused) source.pause();
  }

  take(stanza: Element): void {
    this.#pending += 1;
    if (this.#pending > this.#limit) this.#pause();
    void this.#hand(stanza);
  }

  async #hand(stanza: Element): Promise<void> {
    try {
      await this.#handler?.(stanza);
    } catch (error) {
      this.#report(error, stanza);
    }
    this.#pending -= 1;
    if (this.#pending < this.#limit / 2) this.#resume();
  }

  // A link that breaks while an answer is being sent is an expected failure. Anything else is our
  // bug.
  #report(error: unknown, { name, attrs }: Element): void {
    const about = { err: error, stanza: name, type: attrs['type'] };
    if (isLinkError(error)) this.#log.debug(about, 'a stanza was left unanswered');
    else this.#log.error(about, 'a stanza could not be handled: this is a bug, please report it');
  }

  #pause(): void {
    if (this.#hasPaused) return;
    this.#hasPaused = true;
    this.#source?.pause();
  }

  #resume(): void {
    if (!this.#hasPaused) return;
    this.#hasPaused = false;
    this.#source?.resume();
  }
}
