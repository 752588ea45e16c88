import { verdictOf } from '../../src/facts/verdict.ts';
import { domainOf } from '../../src/message/jid.ts';
import type { Millis, Stamp } from '../../src/message/time.ts';
import { judge } from '../../src/receipt/judge.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { Updated, UpdateOptions } from '../../src/store/record-store.ts';
import { RULES, T0 } from '../support/facts.ts';

/** Our own clock at T0, in ms. */
export const NOW: Millis = T0 / 1000;

export interface Circumstances {
  readonly now?: Millis;
  readonly completeUpTo?: Stamp;
  readonly receiptDelay?: (sender: Preferences) => Millis;
  readonly questionDelay?: Millis;
  readonly gatherDelay?: Millis;
}

/** The real judgement, by a server that is known up to T0 and whose clock is ours. */
export function judging({
  completeUpTo = T0,
  now = NOW,
  receiptDelay = () => 0,
  questionDelay = 0,
  gatherDelay = 0,
}: Circumstances = {}): UpdateOptions {
  return {
    judge: (tracked, news, companions) => {
      const judgement = judge(tracked, news, {
        ...companions,
        rules: RULES,
        completeUpTo,
        now,
      });
      const server = domainOf(tracked.key.recipient);
      const clocks = { now, completeUpTo, server, isOthers: false, questionDelay };
      const verdict = verdictOf(judgement, { ...clocks, wordsDelay: 0, gatherDelay });
      const delay = receiptDelay(companions.sender);
      const receipts = verdict.receipts.map((made) => ({ ...made, due: made.due + delay }));
      const { wakeAt } = judgement;
      return { ...verdict, receipts, wake: wakeAt === undefined ? undefined : wakeAt / 1000 };
    },
    now,
  };
}

/** How many receipts and ticks an update made. */
export function made({ verdicts }: Updated): { readonly receipts: number; readonly ticks: number } {
  return {
    receipts: verdicts.flatMap(({ receipts }) => receipts).length,
    ticks: verdicts.filter(({ tick }) => tick.kind === 'order').length,
  };
}
