import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fact } from '../message/fact.ts';
import { isHeldIn } from '../message/held.ts';
import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { MessageRecord } from '../message/record.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Counters } from '../observing/counters.ts';
import type { Logger } from '../observing/log.ts';
import { type Because, judge } from '../receipt/judge.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Rules } from '../receipt/rules.ts';
import type { NotAsked } from '../store/question-store.ts';
import type { Judge, News, RecordStore, Verdict } from '../store/record-store.ts';
import { StoreUnavailable } from '../store/store.ts';
import { CommitSize } from './commit-size.ts';
import type { Completeness } from './completeness.ts';
import type { Gaps } from './gaps.ts';
import { verdictOf } from './verdict.ts';

/** When to look again at a message that cannot be judged. */
const LATER: Millis = 3_600_000;

export interface Wakes {
  readonly receipts: () => void;
  readonly ticks: () => void;
}

export interface LedgerParts {
  readonly records: Pick<RecordStore, 'update' | 'lookLater'>;
  readonly rules: Rules;
  readonly completeness: Pick<Completeness, 'completeUpTo'>;
  readonly gaps: Pick<Gaps, 'withoutDoubtful'>;
  readonly now: () => Millis;
  /** How long a receipt waits for others, so that they go in one stanza. */
  readonly receiptDelay: (sender: Preferences) => Millis;
  /** How long a question waits for others, so that they go in one stanza. */
  readonly questionDelay: Millis;
  readonly wakes: Wakes;
  readonly counters: Counters;
  readonly log: Logger;
}

/**
 * The only way in which we learn what became of messages: facts are merged and judged, the results
 * are saved with them, and the senders are woken.
 */
export class Ledger {
  readonly #parts: LedgerParts;
  readonly #commitSize = new CommitSize();

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when everything is committed. A message that cannot be judged (its record is damaged,
   * or we have a bug) is left out, so that it does not stop the others. If the store as a whole
   * fails, nothing is left out. Then a part may be committed: to repeat it is harmless.
   */
  async learn(news: readonly News[]): Promise<void> {
    const isLong = news.length > this.#commitSize.messages;
    for (let rest = news; rest.length > 0; ) {
      // Others have their turn first: to put so much news together took time as well.
      if (isLong) await nextTurn();
      const chunk = rest.slice(0, this.#commitSize.messages);
      await this.#learnTogether(chunk);
      rest = rest.slice(chunk.length);
    }
  }

  /** Judges these messages again: a grace may be over, or a policy may have changed. */
  async lookAgain(keys: readonly MessageKey[]): Promise<void> {
    await this.learn(keys.map((key) => ({ key, facts: [] })));
  }

  /**
   * The present time by the clock of the server whose facts decide about this message. What people
   * answer gets this time.
   */
  presentFor(key: MessageKey): Stamp {
    return this.#completeUpTo(key) ?? this.#parts.now() * 1000;
  }

  /** After an error each half is tried alone, until the message is found that cannot be judged. */
  async #learnTogether(news: readonly News[]): Promise<void> {
    try {
      await this.#commit(news);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      await this.#learnApart(news, error);
    }
  }

  async #learnApart(news: readonly News[], error: unknown): Promise<void> {
    const [first, second] = news;
    if (first === undefined) return;
    if (second === undefined) return this.#leaveOut(first, error);
    const half = Math.ceil(news.length / 2);
    await nextTurn();
    await this.#learnTogether(news.slice(0, half));
    await this.#learnTogether(news.slice(half));
  }

  /** It would be due all the time, and hide the others that are due. */
  async #leaveOut({ key }: News, error: unknown): Promise<void> {
    const { records, counters, log, now } = this.#parts;
    counters.count('bad items');
    log.error(
      { err: error, ...key },
      'a message could not be judged and its facts are left out: this is a bug, please report it',
    );
    await records.lookLater(key, now() + LATER);
  }

  async #commit(news: readonly News[]): Promise<void> {
    const { records, now, wakes } = this.#parts;
    const startedAt = performance.now();
    const { verdicts, notAsked } = await records.update(news, { judge: this.#judge, now: now() });
    this.#commitSize.took(performance.now() - startedAt, news.length);
    if (verdicts.some(({ receipts }) => receipts.length > 0)) wakes.receipts();
    if (verdicts.some(({ tick }) => tick.kind === 'order')) wakes.ticks();
    this.#note(verdicts);
    this.#noteNotAsked(notAsked);
  }

  readonly #judge: Judge = (tracked, news, companions) => {
    const { rules, gaps, now, receiptDelay, questionDelay } = this.#parts;
    const completeUpTo = this.#completeUpTo(tracked.key);
    const circumstances = { ...companions, rules, completeUpTo: completeUpTo ?? 0 };
    const certain = gaps.withoutDoubtful(relevant(news, tracked.record), tracked);
    return verdictOf(judge(tracked, certain, circumstances), {
      now: now(),
      completeUpTo,
      receiptDelay: receiptDelay(companions.sender),
      questionDelay,
    });
  };

  /**
   * The recipient's server sees what becomes of a message. If it is not one of ours, the sender's
   * server reports what it hears.
   */
  #completeUpTo({ sender, recipient }: MessageKey): Stamp | undefined {
    const { rules, completeness } = this.#parts;
    const domain = domainOf(recipient);
    return completeness.completeUpTo(rules.domains.includes(domain) ? domain : domainOf(sender));
  }

  /**
   * "Why was I not told?": the counters answer it in general, the log at level debug for one
   * message.
   */
  #note(verdicts: readonly Verdict[]): void {
    const { counters, log } = this.#parts;
    for (const { because } of verdicts) countReasons(because, counters);
    if (!log.isLevelEnabled('debug')) return;
    for (const verdict of verdicts) log.debug(debugFields(verdict), 'a message was judged');
  }

  #noteNotAsked(notAsked: readonly NotAsked[]): void {
    const { counters, log } = this.#parts;
    for (const { key, because } of notAsked) {
      counters.count(`questions not asked: ${because}`);
      log.debug({ ...key, because }, 'a recipient is not asked about a message');
    }
  }
}

function countReasons({ decision, withheld, tick, question }: Because, counters: Counters): void {
  if (decision.kind === 'hold') counters.count(`receipts held: ${decision.because}`);
  if (withheld !== undefined) counters.count(`statuses withheld: ${withheld}`);
  if (tick.kind === 'none') counters.count(`ticks not ordered: ${tick.because}`);
  if (question.kind === 'none') counters.count(`recipients not asked: ${question.because}`);
}

/** That a store was emptied is news of what it held only. */
function relevant(news: readonly Fact[], { facts }: MessageRecord): readonly Fact[] {
  if (!news.some(({ kind }) => kind === 'gone')) return news;
  return news.filter((fact) => fact.kind !== 'gone' || isHeldIn([...facts, ...news], fact));
}

function debugFields({ tracked: { key }, because }: Verdict): Readonly<Record<string, unknown>> {
  const { decision, withheld, tick, question } = because;
  const told = decision.kind === 'tell' ? decision.proofs.map(({ status }) => status) : undefined;
  return {
    ...key,
    decision: decision.kind,
    told,
    because: decision.kind === 'hold' ? decision.because : undefined,
    withheld,
    tick: tick.kind === 'none' ? tick.because : tick.kind,
    question: question.kind === 'none' ? question.because : question.kind,
  };
}
