import type { Millis } from '../message/time.ts';

/** Maximum time for a portion: nothing else happens meanwhile. */
const LONGEST: Millis = 25;

const SMALLEST = 100;
const LARGEST = 1000;

/** The size of the first portion: it takes longer than later ones, and nothing is known of it. */
const FIRST = 250;

/**
 * The number of messages that are loaded, judged and saved in one turn of the event loop. Large
 * portions cost less for each message, small ones leave more turns to others. So the size follows
 * the time that the last portion took.
 */
export class PortionSize {
  #messages = FIRST;

  get messages(): number {
    return this.#messages;
  }

  /** A portion of so many messages held the event loop for so long. A small one says little about the next. */
  took(ms: Millis, messages: number): void {
    const fitting = (messages * LONGEST) / Math.max(1, ms);
    if (fitting < this.#messages) this.#messages = Math.max(SMALLEST, Math.floor(fitting));
    else if (messages >= this.#messages)
      this.#messages = Math.min(LARGEST, 2 * messages, Math.floor(fitting));
  }
}
