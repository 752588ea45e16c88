import type { Millis, Stamp } from '../message/time.ts';
import type { Judgement } from '../receipt/judgement.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Verdict } from '../store/record-store.ts';

/** When to look again at a message whose server has said nothing yet. */
export const UNHEARD_DELAY: Millis = 30_000;

/** The shortest delay: otherwise a message whose server is behind would be judged all the time. */
const MIN_DELAY: Millis = 200;

export interface Clocks {
  readonly now: Millis;
  /**
   * Up to when the server's facts are complete, by its clock; `undefined`: it has said nothing yet.
   */
  readonly completeUpTo: Stamp | undefined;
  /** Whose facts decide. */
  readonly server: string;
  /** Another daemon hears that server, not we. */
  readonly isOthers: boolean;
  readonly wordsDelay: Millis;
  /** The same for words that messages wait: these are in no haste. */
  readonly storedDelay: Millis;
  readonly questionDelay: Millis;
}

/** Translates a judgement from the servers' clocks to our own clock. */
export function verdictOf(judgement: Judgement, clocks: Clocks): Verdict {
  const { tracked, position, readUpTo, withdrawn, receipts, mentions } = judgement;
  const { decision, words, withheld, tick, question, watch, wakeAt } = judgement;
  const { now, server, questionDelay } = clocks;
  // No spreads: this runs for every item of the feed, and naming the fields is several times
  // faster.
  return {
    tracked,
    position,
    readUpTo,
    withdrawn,
    receipts: receipts.map((receipt) => ({ receipt, due: dueOf(receipt, clocks) })),
    mentions,
    wake: wakeAt === undefined ? undefined : wakeTime(wakeAt, clocks),
    server,
    tick,
    question:
      question.kind === 'ask'
        ? { asker: question.asker, time: question.time, due: now + questionDelay }
        : undefined,
    watch,
    because: { decision, words, withheld, tick, question },
  };
}

/** Words wait for others, so that they come in one message. What is for programs leaves at once. */
function dueOf({ audience, status }: Receipt, clocks: Clocks): Millis {
  const { now, wordsDelay, storedDelay } = clocks;
  if (audience !== 'people') return now;
  return now + (status === 'stored' ? storedDelay : wordsDelay);
}

/**
 * When the facts of the server will probably be complete up to that stamp. If it is not ours to
 * hear, its daemon is to look at once: only that one knows.
 */
function wakeTime(at: Stamp, { now, completeUpTo, isOthers }: Clocks): Millis {
  if (isOthers) return now;
  const wait = completeUpTo === undefined ? UNHEARD_DELAY : Math.ceil((at - completeUpTo) / 1000);
  return now + Math.max(MIN_DELAY, wait);
}
