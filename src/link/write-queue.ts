import { LinkBusy, LinkDown } from './link-error.ts';

/** The socket. Sizes are in UTF-16 units, because a socket counts strings in them. */
export interface Sink {
  readonly unsentSize: number;
  /** Resolves when the operating system has accepted the text. */
  write(text: string): Promise<void>;
}

export interface WriteQueueLimits {
  /** Maximum size of what the socket has not sent … */
  readonly unsentSize: number;
  /** … and of what waits outside it. */
  readonly waitingSize: number;
}

interface Waiting {
  readonly text: string;
  readonly resolve: (written: Promise<void>) => void;
  readonly reject: (reason: LinkDown) => void;
}

/** Writes texts in their order, and never keeps more than the limits for a slow reader. */
export class WriteQueue {
  readonly #sink: Sink;
  readonly #limits: WriteQueueLimits;
  /** What waits for room, in the order of arrival. */
  readonly #waiting = new Set<Waiting>();
  #waitingSize = 0;

  constructor(sink: Sink, limits: WriteQueueLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Whether the socket holds something that the reader has not taken. */
  get isBlocked(): boolean {
    return this.#sink.unsentSize > 0;
  }

  /**
   * Resolves when the operating system has accepted the text. Rejects with LinkBusy if too much
   * waits already, with LinkDown if the connection ends before.
   */
  put(text: string): Promise<void> {
    return this.#hasRoom && this.#waiting.size === 0 ? this.#write(text) : this.#queue(text);
  }

  /** Nothing more will be written: everything that waits is rejected. */
  shut(reason: LinkDown): void {
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting.clear();
    this.#waitingSize = 0;
  }

  get #hasRoom(): boolean {
    return this.#sink.unsentSize < this.#limits.unsentSize;
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#sink.write(text);
    } catch (cause) {
      throw new LinkDown(
        'the connection broke while the stanza was being written; what must arrive is sent again after the reconnect',
        { cause },
      );
    }
    this.#refill();
  }

  async #queue(text: string): Promise<void> {
    if (this.#waitingSize + text.length > this.#limits.waitingSize) {
      throw new LinkBusy(
        `the server takes nothing: ${this.#waiting.size} stanzas (${this.#waitingSize} characters) wait already. See whether it is overloaded; what must arrive is sent again`,
      );
    }
    this.#waitingSize += text.length;
    await new Promise<void>((resolve, reject) => this.#waiting.add({ text, resolve, reject }));
  }

  #refill(): void {
    for (const next of this.#waiting) {
      if (!this.#hasRoom) return;
      this.#waiting.delete(next);
      this.#waitingSize -= next.text.length;
      next.resolve(this.#write(next.text));
    }
  }
}
