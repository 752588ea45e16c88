import { relevantNews } from '../message/held.ts';
import type { Millis, Stamp } from '../message/time.ts';
import { judge } from '../receipt/judge.ts';
import type { Circumstances } from '../receipt/judgement.ts';
import { togetherFor } from '../receipt/mentions.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Companions, Judge } from '../store/record-store.ts';
import { type Completeness, serverOf } from './completeness.ts';
import type { Gaps } from './gaps.ts';
import { verdictOf } from './verdict.ts';

export interface JudgeParts {
  readonly rules: Rules;
  /** The domains whose servers we hear; with several daemons `rules` names those of all. */
  readonly heard: readonly string[];
  readonly completeness: Pick<Completeness, 'completeUpTo' | 'mayHaveSeveralNodes'>;
  readonly gaps: Pick<Gaps, 'withoutDoubtful'>;
  /** How long words wait for others, so that they go in one stanza. */
  readonly wordsDelay: Millis;
  /** How long a question waits for others, so that they go in one stanza. */
  readonly questionDelay: Millis;
}

/**
 * The judge of a message: what its facts come to by the clocks of the servers, then by our own
 * clock.
 */
export function judgeAt(now: Millis, parts: JudgeParts): Judge {
  const { rules, heard, completeness, wordsDelay, questionDelay } = parts;
  return (tracked, news, companions) => {
    const server = serverOf(tracked.key, rules);
    const completeUpTo = completeness.completeUpTo(server);
    const circumstances = circumstancesOf(companions, {
      rules,
      completeUpTo,
      hasSeveralNodes: completeness.mayHaveSeveralNodes(server),
      now,
    });
    const certain = parts.gaps.withoutDoubtful(relevantNews(news, tracked.record), tracked);
    return verdictOf(judge(tracked, certain, circumstances), {
      now,
      completeUpTo,
      server,
      isOthers: rules.domains.includes(server) && !heard.includes(server),
      wordsDelay,
      gatherDelay: Math.max(wordsDelay, togetherFor(rules.words) / 1000),
      questionDelay,
    });
  };
}

interface Surroundings {
  readonly rules: Rules;
  readonly completeUpTo: Stamp | undefined;
  readonly hasSeveralNodes: boolean;
  readonly now: Millis;
}

// No spreads: this runs for every item of the feed, and naming the fields is several times faster.
function circumstancesOf(
  { readUpTo, unsent, sender, recipient, mentions }: Companions,
  { rules, completeUpTo = 0, hasSeveralNodes, now }: Surroundings,
): Circumstances {
  return {
    rules,
    readUpTo,
    completeUpTo,
    hasSeveralNodes,
    now,
    unsent,
    sender,
    recipient,
    mentions,
  };
}
