import type { Millis, Stamp } from '../message/time.ts';
import type { Judgement } from '../receipt/judge.ts';
import type { Verdict } from '../store/store.ts';

/** The retry delay for a message whose server has said nothing yet. */
const UNHEARD: Millis = 30_000;

/** The shortest delay: a message that waits for a server which is behind must not be judged without end. */
const SOONEST: Millis = 200;

export interface Clocks {
  readonly now: Millis;
  /** Up to when the server's facts are complete, by its clock; `undefined`: nothing is known of it. */
  readonly completeUpTo: Stamp | undefined;
  readonly receiptDelay: Millis;
  readonly questionDelay: Millis;
}

/** A judgement, which speaks of servers' clocks, in terms of our own clock. */
export function verdictOf(judgement: Judgement, clocks: Clocks): Verdict {
  const { tracked, position, readUpTo, withdrawn, receipts, because } = judgement;
  const { tick, question, wakeAt } = judgement;
  const { now, receiptDelay, questionDelay } = clocks;
  // No spreads: this runs for every item of the feed.
  return {
    tracked,
    position,
    readUpTo,
    withdrawn,
    receipts: receipts.map((receipt) => ({ receipt, due: now + receiptDelay })),
    wake: wakeAt === undefined ? undefined : wakeTime(wakeAt, clocks),
    tick,
    question:
      question.kind === 'ask' ? { asker: question.asker, due: now + questionDelay } : undefined,
    because,
  };
}

/** When the server will probably be known up to that stamp. */
function wakeTime(at: Stamp, { now, completeUpTo }: Clocks): Millis {
  const wait = completeUpTo === undefined ? UNHEARD : Math.ceil((at - completeUpTo) / 1000);
  return now + Math.max(SOONEST, wait);
}
