import type { MessageKey } from '../message/key.ts';
import type { Millis } from '../message/time.ts';
import type { News, Updated, Verdict } from '../store/record-store.ts';
import type { Happening, Happenings } from '../telemetry/happenings.ts';

export interface WatchersParts {
  readonly happenings: Pick<Happenings, 'tell'>;
}

/** For who watches: the facts that came in, and what was decided with them. */
export function tellWatchers(
  news: readonly News[],
  { verdicts }: Updated,
  { happenings, now }: WatchersParts & { readonly now: Millis },
): void {
  happenings.tell(() => [
    ...news.flatMap(factsOf),
    ...verdicts.map((verdict) => decisionOf(verdict, now)),
  ]);
}

function factsOf({ key, facts }: News): readonly Happening[] {
  return facts.map(({ kind, side, at, time = at }) => ({
    ...namesOf(key),
    kind: 'fact',
    at: time / 1000,
    fact: kind,
    side,
  }));
}

function decisionOf({ tracked: { key }, because }: Verdict, at: Millis): Happening {
  const { decision, withheld, tick, question } = because;
  return {
    ...namesOf(key),
    kind: 'decision',
    at,
    decision: decision.kind,
    told: decision.kind === 'tell' ? decision.proofs.map(({ status }) => status) : [],
    because: decision.kind === 'hold' ? decision.because : undefined,
    withheld,
    tick: tick.kind === 'none' ? tick.because : tick.kind,
    question: question.kind === 'none' ? question.because : question.kind,
  };
}

function namesOf({ sender, recipient, id }: MessageKey): MessageKey {
  return { sender, recipient, id };
}
