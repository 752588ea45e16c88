import type { Millis } from '../message/time.ts';

/** One commit should take this long at most: nothing else happens in that time. */
const LONGEST: Millis = 25;

const SMALLEST = 100;
const LARGEST = 1000;

/** Of the first commit: it takes longer than later ones, and nothing is known of it. */
const FIRST = 250;

/**
 * The number of messages in one commit. Large commits cost less for each message, small ones leave
 * more turns to others. So the size follows the time that the last commit took.
 */
export class CommitSize {
  #messages = FIRST;

  get messages(): number {
    return this.#messages;
  }

  /** A commit of so many messages took this long. A small one says little about the next. */
  took(ms: Millis, messages: number): void {
    const fitting = (messages * LONGEST) / Math.max(1, ms);
    if (fitting < this.#messages) this.#messages = Math.max(SMALLEST, Math.floor(fitting));
    else if (messages >= this.#messages)
      this.#messages = Math.min(LARGEST, 2 * messages, Math.floor(fitting));
  }
}
