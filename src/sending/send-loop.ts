import { isLinkError } from '../link/link.ts';
import type { Millis } from '../message/time.ts';
import type { Logger } from '../telemetry/log.ts';

export interface SendLoopParts {
  /** Sends what is due; answers whether there may be more. */
  readonly round: () => Promise<boolean>;
  /** How long to wait, when nothing is due, before looking again. */
  readonly pause: () => Millis;
  /** The line that is logged when the store fails. */
  readonly complaint: string;
  readonly log: Logger;
}

/**
 * Runs rounds of sending, one at a time, while the link is up: at once when kicked, else after a
 * pause.
 */
export class SendLoop {
  readonly #parts: SendLoopParts;
  #isFailing = false;
  #isStopped = true;
  #isBusy = false;
  #wasKicked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: SendLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isStopped = false;
    this.kick();
  }

  /** Nothing more is sent until the next start. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Looks at once: there may be something to send. */
  kick(): void {
    this.#wasKicked = true;
    if (!this.#isBusy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#wasKicked && !this.#isStopped) {
        this.#wasKicked = false;
        if (await this.#parts.round()) this.#wasKicked = true;
        this.#isFailing = false;
      }
    } catch (error) {
      // Expected: the link is down or silent, and what was claimed is claimed again when its lease
      // is over. A failure of the store, or a bug of ours, is logged.
      if (!isLinkError(error) && !this.#isStopped) this.#complain(error);
    }
    this.#isBusy = false;
    this.#lookAgain();
  }

  /**
   * Logs once, until a round works again. After a stop the store may be closed: that is not logged.
   */
  #complain(error: unknown): void {
    if (!this.#isFailing) this.#parts.log.error({ err: error }, this.#parts.complaint);
    this.#isFailing = true;
  }

  #lookAgain(): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => this.kick(), this.#parts.pause());
  }
}
