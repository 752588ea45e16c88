import type { Fact } from '../../src/message/fact.ts';
import { newestLife } from '../../src/message/life.ts';
import type { Policy } from '../../src/message/policy.ts';
import { EMPTY_RECORD } from '../../src/message/record.ts';
import { type Status, statusOf } from '../../src/message/status.ts';
import type { Stamp } from '../../src/message/time.ts';
import { judge } from '../../src/receipt/judge.ts';
import type { Judgement } from '../../src/receipt/judgement.ts';
import { type Mentions, NO_MENTIONS } from '../../src/receipt/mentions.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import type { Tick } from '../../src/receipt/tick.ts';
import type { Told, Tracked } from '../../src/receipt/tracked.ts';
import { isWithdrawn } from '../../src/receipt/withdrawal.ts';
import { DAY, keyOf, MINUTE, T0 } from '../support/facts.ts';

/** What was known when a judgement was made. */
export interface Moment {
  readonly heard: readonly Fact[];
  readonly recipient: Preferences;
  readonly completeUpTo: Stamp;
}

export interface HistoryOptions {
  /** After which judgements the outbox gets round to sending, in turns. */
  readonly sending?: readonly boolean[];
  /** What the recipient has chosen by each judgement, in turns; nothing ever, if there is none. */
  readonly policies?: readonly Policy[];
  /** How far the servers are known to have said all while facts still come, in turns; not at all, if there is none. */
  readonly completeUpTo?: readonly Stamp[];
  readonly look?: (judgement: Judgement, moment: Moment) => void;
}

/** One key's way through the judge, with an outbox that sends now and then, and a recipient who changes their mind. */
export class History {
  tracked: Tracked = { key: keyOf('m1'), record: EMPTY_RECORD, told: [] };
  last: Judgement | undefined;
  readonly sent: Receipt[] = [];
  readonly ticks: Tick[] = [];
  /** That of the last judgement. */
  moment: Moment | undefined;
  readonly #heard: Fact[] = [];
  #unsent: readonly Receipt[] = [];
  #judgements = 0;
  /** What was told of this recipient lately. */
  #mentions: Mentions = NO_MENTIONS;
  readonly #rules: Rules;
  readonly #options: HistoryOptions;

  constructor(rules: Rules, options: HistoryOptions = {}) {
    this.#rules = rules;
    this.#options = options;
  }

  get status(): Status | undefined {
    return statusOf(newestLife(this.tracked.record)?.facts ?? []);
  }

  /** Facts come; those that are late, after their server was thought to have said all. */
  tell(pieces: readonly (readonly Fact[])[]): this {
    for (const news of pieces)
      this.#judge(news, inTurns(this.#options.completeUpTo, this.#judgements) ?? 0);
    return this;
  }

  /** Everything is looked at again when the servers have said all up to then. */
  lookAt(completeUpTo: Stamp): this {
    this.#judge([], completeUpTo);
    return this;
  }

  /** The servers have said all; everything is looked at until nothing is left to look at. */
  letTimePass(): this {
    const end = T0 + 30 * DAY;
    for (let at = T0; at < end; at = Math.min(this.last?.wakeAt ?? end, end) + MINUTE)
      this.#judge([], at);
    this.#judge([], end);
    this.#send();
    return this;
  }

  #judge(news: readonly Fact[], completeUpTo: Stamp): void {
    this.#heard.push(...news);
    const turn = this.#judgements++;
    const recipient = this.#chosenBy(turn);
    const judgement = judge(this.tracked, news, {
      rules: this.#rules,
      readUpTo: undefined,
      completeUpTo,
      now: 0,
      unsent: this.#unsent.map(toldBy),
      sender: {},
      recipient,
      mentions: this.#mentions,
    });
    this.#keep(judgement);
    this.moment = { heard: this.#heard, recipient, completeUpTo };
    this.#options.look?.(judgement, this.moment);
    if (inTurns(this.#options.sending, turn) === true) this.#send();
  }

  #chosenBy(turn: number): Preferences {
    const policy = inTurns(this.#options.policies, turn);
    return policy === undefined ? {} : { policy };
  }

  #keep(judgement: Judgement): void {
    const { tracked, withdrawn, receipts, mentions, tick, position = 0 } = judgement;
    this.#mentions = mentions;
    this.tracked = tracked;
    this.last = judgement;
    if (tick.kind === 'order') this.ticks.push(tick.tick);
    this.#unsent = [
      ...this.#unsent.filter((r) => r.messageAt < position || !isWithdrawn(r, withdrawn)),
      ...receipts,
    ];
  }

  #send(): void {
    this.sent.push(...this.#unsent);
    this.#unsent = [];
  }
}

function toldBy({ status, audience, messageAt: at }: Receipt): Told {
  return { status, audience, at };
}

function inTurns<Item>(items: readonly Item[] = [], turn: number): Item | undefined {
  return items[turn % items.length];
}
