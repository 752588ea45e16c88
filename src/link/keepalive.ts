export interface KeepaliveOptions {
  /** How long the server may give no answer before we ask … */
  readonly silenceMs: number;
  /** … and after this time without one we give up the connection. */
  readonly answerMs: number;
  /** Whether we are the reason for the silence. */
  readonly isExcused: () => boolean;
  readonly ask: () => void;
  readonly giveUp: () => void;
}

/**
 * Notices that the server is gone although the connection looks open: a broken cable, a dead host.
 * Only an answer to a request of ours counts. Bytes can come for ever on a stream of which we
 * understand nothing more, after a DOCTYPE or in the middle of a stanza.
 */
export class Keepalive {
  readonly #options: KeepaliveOptions;
  readonly #timer: NodeJS.Timeout;
  #heardAt = performance.now();
  #askedAt: number | undefined;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    const shortestMs = Math.min(options.silenceMs, options.answerMs);
    this.#timer = setInterval(() => this.#check(performance.now()), Math.ceil(shortestMs / 4));
  }

  /** The server has answered something. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#askedAt = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(now: number): void {
    const { silenceMs, answerMs, isExcused } = this.#options;
    if (isExcused()) this.heard();
    else if (this.#askedAt === undefined) this.#askAfter(silenceMs, now);
    else if (now - this.#askedAt >= answerMs) this.#options.giveUp();
  }

  #askAfter(silenceMs: number, now: number): void {
    if (now - this.#heardAt < silenceMs) return;
    this.#askedAt = now;
    this.#options.ask();
  }
}
