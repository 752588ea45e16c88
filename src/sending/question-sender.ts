import type { Counters } from '../counters.ts';
import type { Link } from '../link/link.ts';
import type { Logger } from '../log.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Element } from '../protocol/xml.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Asking } from '../store/question-store.ts';
import type { Store } from '../store/store.ts';
import { numbersIn } from './question-id.ts';
import { SendLoop } from './send-loop.ts';
import type { SendRate } from './send-rate.ts';
import { sendUntilTaken } from './send-until-taken.ts';

export interface QuestionSenderParts {
  readonly store: Store;
  readonly link: Link;
  readonly rate: SendRate;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
  /** How long a question waits for others to be put with. */
  readonly gather: Millis;
  /** Our own domain. */
  readonly component: string;
  /** Turns questions into the stanza that the recipient gets. */
  readonly compose: (asking: Asking, recipient: Preferences) => Element;
}

/** What the server has not taken by then is asked again. */
const LEASE: Millis = 60_000;
const LOOK_AGAIN: Millis = 1000;

/** Whoever was away where nothing is stored may be back by then. */
const AFTER_REFUSAL: Millis = 600_000;
const MAX_RECIPIENTS = 50;

/** Puts questions to recipients: what waits for one of them in one stanza, and not more often than the rate allows. */
export class QuestionSender {
  /** When it works: while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: QuestionSenderParts;

  constructor(parts: QuestionSenderParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => this.#askAll(),
      pause: () => LOOK_AGAIN,
      complaint: 'questions could not be asked now; they are kept',
      log: parts.log,
    });
  }

  /** Who answers can be asked again. */
  answered(recipient: BareJid): void {
    this.#parts.rate.forgive(recipient);
  }

  /** An error came back: the recipient did not see these questions. */
  async refused(id: string, recipient: BareJid): Promise<void> {
    const { store, now, counters } = this.#parts;
    const numbers = numbersIn(id);
    if (numbers.length === 0) return;
    await store.questions.unask(recipient, numbers, now() + AFTER_REFUSAL);
    counters.count('questions refused');
  }

  async #askAll(): Promise<boolean> {
    const { store, rate, now, counters, gather } = this.#parts;
    const askings = await store.questions.claim({
      now: now(),
      leaseUntil: now() + LEASE,
      dueUntil: now() + gather,
      maxRecipients: MAX_RECIPIENTS,
      except: rate.waiting(now()),
    });
    if (askings.length === 0) return false;
    for (const { recipient } of askings) rate.note(recipient, now());
    await sendUntilTaken(await Promise.all(askings.map((it) => this.#compose(it))), this.#parts);
    for (const { recipient, questions } of askings)
      await store.questions.settle(
        recipient,
        questions.map(({ number }) => number),
      );
    counters.count('recipients asked', askings.length);
    return true;
  }

  async #compose(asking: Asking): Promise<Element> {
    const { store, compose } = this.#parts;
    return compose(asking, await store.preferences.get(asking.recipient));
  }
}
