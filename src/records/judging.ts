import type { Fact } from '../message/fact.ts';
import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import { judge } from '../receipt/judge.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Judge, UpdateOptions } from '../store/store.ts';
import type { Completeness } from './completeness.ts';

/** How long to wait before looking again at a message whose server has said nothing yet. */
const UNHEARD: Millis = 30_000;

/** No sooner, or what waits for a server that is behind would be looked at without end. */
const SOONEST: Millis = 200;

export interface JudgingParts {
  readonly rules: Rules;
  readonly completeness: Completeness;
  readonly now: () => Millis;
  /** How long a receipt waits for others to travel with. */
  readonly gather: (sender: Preferences) => Millis;
  /** How long a question waits for others to be put with. */
  readonly gatherQuestions: Millis;
}

/** Gives the pure judgement what it must not look up itself: the rules, and how far the servers are known. */
export class Judging {
  readonly #rules: Rules;
  readonly #completeness: Completeness;
  readonly #now: () => Millis;

  readonly #gather: (sender: Preferences) => Millis;

  readonly #gatherQuestions: Millis;

  constructor({ rules, completeness, now, gather, gatherQuestions }: JudgingParts) {
    this.#rules = rules;
    this.#completeness = completeness;
    this.#now = now;
    this.#gather = gather;
    this.#gatherQuestions = gatherQuestions;
  }

  /** What the store applies to every record of an update. */
  options(): UpdateOptions {
    return {
      judge: this.#judge,
      wakeTime: this.#wakeTime,
      gather: this.#gather,
      gatherQuestions: this.#gatherQuestions,
      now: this.#now(),
    };
  }

  /** The present, by the clock of the server that sees what becomes of the message: what people say is put among its facts. */
  presentFor(key: MessageKey): Stamp {
    return this.#knownUpTo(key) ?? this.#now() * 1000;
  }

  readonly #judge: Judge = (tracked, news: readonly Fact[], kept) => {
    const knownUpTo = this.#knownUpTo(tracked.key) ?? 0;
    return judge(tracked, news, { ...kept, rules: this.#rules, knownUpTo });
  };

  readonly #wakeTime = (key: MessageKey, at: Stamp): Millis => {
    const knownUpTo = this.#knownUpTo(key);
    const wait = knownUpTo === undefined ? UNHEARD : Math.ceil((at - knownUpTo) / 1000);
    return this.#now() + Math.max(SOONEST, wait);
  };

  /** The recipient's server sees what becomes of a message; if it is none of ours, the sender's hears of it. */
  #knownUpTo({ sender, recipient }: MessageKey): Stamp | undefined {
    const domain = domainOf(recipient);
    return this.#completeness.knownUpTo(
      this.#rules.domains.includes(domain) ? domain : domainOf(sender),
    );
  }
}
