export interface KeepaliveOptions {
  /** After so much silence we ask … */
  readonly silenceMs: number;
  /** … and after so much more we give the connection up. */
  readonly answerMs: number;
  /** Whether the silence is our own doing. */
  readonly isExcused: () => boolean;
  readonly ask: () => void;
  readonly giveUp: () => void;
}

/** Finds out that the other side is gone although nobody said so: a cable pulled, a host that died. */
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
