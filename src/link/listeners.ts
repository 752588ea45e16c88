import type { Logger } from '../telemetry/log.ts';

type Listener<News extends readonly unknown[]> = (...news: News) => void;

/** Who hears of one kind of news of the link. */
export class Listeners<News extends readonly unknown[] = []> {
  readonly #listeners: Listener<News>[] = [];
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(listener: Listener<News>): void {
    this.#listeners.push(listener);
  }

  tell(...news: News): void {
    for (const listener of this.#listeners) {
      try {
        listener(...news);
      } catch (err) {
        // The others hear of it all the same.
        this.#log.error({ err }, 'a listener of the link failed: a bug, please report it');
      }
    }
  }
}
