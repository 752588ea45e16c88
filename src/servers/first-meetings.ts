import type { Millis } from '../message/time.ts';

/**
 * How long we wait for the modules after a connect: each is asked at once, and answers within
 * milliseconds.
 */
const LONGEST: Millis = 3000;

/** Whether a domain's module has said hello since the connect. Who depends on it waits a moment. */
export class FirstMeetings {
  readonly #met = new Set<string>();
  #waiting: readonly { readonly domain: string; readonly go: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** The link is up: from now on we wait for the modules. */
  begin(): void {
    this.end();
    this.#timer = setTimeout(() => this.end(), LONGEST);
  }

  /** Nobody is waited for any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#met.clear();
    this.#letGo(() => true);
  }

  met(domain: string): void {
    this.#met.add(domain);
    this.#letGo((it) => it.domain === domain);
  }

  /** Resolves when that module has said hello, or when it is not to be expected any more. */
  async expect(domain: string): Promise<void> {
    if (this.#timer === undefined || this.#met.has(domain)) return;
    await new Promise<void>((go) => {
      this.#waiting = [...this.#waiting, { domain, go }];
    });
  }

  #letGo(isOver: (waiting: { readonly domain: string }) => boolean): void {
    const over = this.#waiting.filter(isOver);
    this.#waiting = this.#waiting.filter((it) => !over.includes(it));
    for (const { go } of over) go();
  }
}
