import type { Millis, Stamp } from '../../src/message/time.ts';
import { judge } from '../../src/receipt/judge.ts';
import type { UpdateOptions } from '../../src/store/store.ts';
import { RULES, T0 } from '../support/facts.ts';

/** Our own clock at T0, in ms. */
export const NOW: Millis = T0 / 1000;

interface Circumstances extends Partial<Omit<UpdateOptions, 'judge' | 'wakeTime'>> {
  readonly knownUpTo?: Stamp;
}

/** The real judgement, by a server that is known up to T0 and whose clock is ours. */
export function judging({ knownUpTo = T0, ...others }: Circumstances = {}): UpdateOptions {
  return {
    judge: (tracked, news, kept) => judge(tracked, news, { ...kept, rules: RULES, knownUpTo }),
    wakeTime: (_, at) => at / 1000,
    gather: () => 0,
    gatherQuestions: 0,
    now: NOW,
    ...others,
  };
}
