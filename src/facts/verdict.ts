import type { Millis, Stamp } from '../message/time.ts';
import { isBadNews, leavingAt } from '../receipt/bad-news.ts';
import type { Judgement } from '../receipt/judgement.ts';
import type { Mentions } from '../receipt/mentions.ts';
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
  /** The same for what is in no haste: that a message is on its way, and the same bad news again. */
  readonly gatherDelay: Millis;
  readonly questionDelay: Millis;
}

/** Translates a judgement from the servers' clocks to our own clock. */
export function verdictOf(judgement: Judgement, clocks: Clocks): Verdict {
  const { tracked, position, readUpTo, withdrawn, receipts, mentions } = judgement;
  const { decision, words, withheld, tick, question, watch, wakeAt } = judgement;
  const { now, server, questionDelay } = clocks;
  const made = receipts.map((receipt) => ({ receipt, due: dueOf(receipt, mentions, clocks) }));
  // No spreads: this runs for every item of the feed, and naming the fields is several times
  // faster.
  return {
    tracked,
    position,
    readUpTo,
    withdrawn,
    receipts: made,
    mentions: made.reduce(withLeaving, mentions),
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
function dueOf({ audience, status }: Receipt, mentions: Mentions, clocks: Clocks): Millis {
  const { now, wordsDelay, gatherDelay } = clocks;
  if (audience !== 'people') return now;
  if (status === 'stored' || status === 'sent') return now + gatherDelay;
  const soonest = now + wordsDelay;
  const last = isBadNews(status) ? mentions[status] : undefined;
  return last === undefined
    ? soonest
    : leavingAt(last / 1000, { now, soonest, apart: gatherDelay });
}

/** The next bad news of that kind about the contact is to know when these words leave. */
function withLeaving(
  mentions: Mentions,
  { receipt: { audience, status }, due }: { readonly receipt: Receipt; readonly due: Millis },
): Mentions {
  if (audience !== 'people' || !isBadNews(status)) return mentions;
  return { ...mentions, [status]: Math.round(due * 1000) };
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
