import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { questionNumbersIn } from '../protocol/question-id.ts';
import type { Element } from '../protocol/xml.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { PreferenceStore } from '../store/preference-store.ts';
import type { Asking, AskingStore } from '../store/question-store.ts';
import { countedCondition } from '../telemetry/conditions.ts';
import type { Refusal } from './refusals.ts';
import { SendLoop } from './send-loop.ts';
import { type Sendable, type SendRoundParts, sendRound } from './send-round.ts';

export interface QuestionSenderParts extends SendRoundParts {
  readonly asking: AskingStore;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  /** How long a question waits for others, so that they go in one stanza. */
  readonly gather: Millis;
  readonly compose: (asking: Asking, recipient: Preferences) => Element;
}

/** A question that the server has not taken after this time is asked again. */
const LEASE: Millis = 60_000;
const LOOK_AGAIN: Millis = 500;

/**
 * The retry delay after an error. A recipient who was offline, on a server that stores nothing, may
 * be back then.
 */
const AFTER_REFUSAL: Millis = 600_000;
const MAX_RECIPIENTS = 50;

/**
 * Asks recipients: all questions for one recipient in one stanza, and not more often than the rate
 * allows.
 */
export class QuestionSender {
  /** Runs while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: QuestionSenderParts;

  constructor(parts: QuestionSenderParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => sendRound(this.#questions, parts),
      pause: () => LOOK_AGAIN,
      complaint: 'questions could not be asked now; they are kept',
      log: parts.log,
    });
  }

  /** A recipient who has answered can be asked again at once. */
  answered(recipient: BareJid): void {
    this.#parts.rate.forgive(recipient);
  }

  /**
   * An error came back: the recipient did not see these questions. `false`: none of them was put to
   * that recipient.
   */
  async refused({ id, user, condition }: Refusal): Promise<boolean> {
    const numbers = questionNumbersIn(id);
    if (numbers.length === 0) return false;
    const found = await this.#postpone(user, numbers);
    if (found > 0) this.#parts.counters.count(`questions refused: ${countedCondition(condition)}`);
    return found > 0;
  }

  readonly #questions: Sendable<Asking> = {
    kind: 'questions',
    claim: (except) => this.#claim(except),
    addresseeOf: ({ recipient }) => recipient,
    compose: (asking) => this.#compose(asking),
    settle: (askings) => this.#settle(askings),
    postpone: async ({ recipient, questions }) =>
      void (await this.#postpone(
        recipient,
        questions.map(({ number }) => number),
      )),
  };

  #postpone(recipient: BareJid, numbers: readonly number[]): Promise<number> {
    const { asking, now } = this.#parts;
    return asking.unask(recipient, numbers, now() + AFTER_REFUSAL);
  }

  #claim(except: readonly BareJid[]): Promise<readonly Asking[]> {
    const { asking, now, gather } = this.#parts;
    return asking.claim({
      now: now(),
      leaseUntil: now() + LEASE,
      dueUntil: now() + gather,
      maxRecipients: MAX_RECIPIENTS,
      except,
    });
  }

  async #compose(asking: Asking): Promise<Element> {
    const { preferences, compose } = this.#parts;
    return compose(asking, await preferences.get(asking.recipient));
  }

  async #settle(askings: readonly Asking[]): Promise<void> {
    const { asking, counters } = this.#parts;
    for (const { recipient, questions } of askings) {
      const numbers = questions.map(({ number }) => number);
      await asking.settle(recipient, numbers);
    }
    counters.count('recipients asked', askings.length);
  }
}
