import { type Fact, isWithheld } from '../message/fact.ts';
import { type Life, newestLife } from '../message/life.ts';
import { addFacts } from '../message/record.ts';
import type { ReadUpTo } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { Decision } from './decision.ts';
import { disclosedTo } from './disclose.ts';
import { type Aged, expireIfDue } from './expire.ts';
import type { Circumstances, Judgement } from './judgement.ts';
import { tell } from './tell.ts';
import type { TickDecision } from './tick.ts';
import { type TickAndQuestion, tickAndQuestionOf } from './tick-and-question.ts';
import { hasMark, type Told, type Tracked, withRecord } from './tracked.ts';
import { type WatchWanted, watchWanted } from './watch-wanted.ts';

/** The heart of the service: facts in, receipts out. */
export function judge(
  before: Tracked,
  news: readonly Fact[],
  circumstances: Circumstances,
): Judgement {
  const record = addFacts(before.record, news);
  const tracked = withRecord(before, record);
  const life = newestLife(record);
  if (life === undefined) return unaccepted(tracked, circumstances);
  const aged = expireIfDue({ tracked, life }, circumstances);
  const isMessage = news.some(({ kind }) => kind === 'accepted');
  const watch = isMessage ? watchWanted(aged, before.record, circumstances) : undefined;
  return judgeLife(aged, circumstances, watch);
}

const NOT_ACCEPTED = { kind: 'hold', because: 'not-accepted' } as const;
const NOT_ON_A_DEVICE = { kind: 'none', because: 'not-on-a-device' } as const;

/** The facts of a message that is not known to be accepted are kept, and nothing is told. */
function unaccepted(tracked: Tracked, { mentions }: Circumstances): Judgement {
  return {
    tracked,
    decision: NOT_ACCEPTED,
    words: NOT_ACCEPTED,
    withheld: undefined,
    receipts: [],
    withdrawn: [],
    mentions,
    tick: NOT_ON_A_DEVICE,
    question: NOT_ON_A_DEVICE,
    watch: undefined,
    wakeAt: undefined,
    position: undefined,
    readUpTo: undefined,
  };
}

// No spreads: this runs for every item of the feed, and naming the fields is several times faster.
function judgeLife(aged: Aged, circumstances: Circumstances, watch: WatchWanted): Judgement {
  const { tracked, life, expiresAt } = aged;
  const disclosed = disclosedTo(tracked.key, life, circumstances);
  const next = tickAndQuestionOf(tracked, life, circumstances);
  const { tick, question } = next;
  const telling = tell({ tracked, life, disclosed, tick }, circumstances);
  const { decision, words, receipts, withdrawn, mentions } = telling;
  return {
    tracked: marked(aged, next, { told: telling.told, watch }),
    decision,
    words,
    withheld: disclosed.withheld,
    receipts,
    withdrawn,
    mentions,
    tick,
    question,
    watch,
    wakeAt: earliest(decisionTime(decision), decisionTime(words), decisionTime(tick), expiresAt),
    position: life.startedAt,
    readUpTo: readUpToBy(life),
  };
}

/** The message, with what was told, ordered and asked about it. */
function marked(
  { tracked, life }: Aged,
  { tick, question }: TickAndQuestion,
  { told, watch }: { readonly told: readonly Told[]; readonly watch: WatchWanted },
): Tracked {
  const { key, record, ticked, asked, watched } = tracked;
  const askedNow = hasMark(life, asked) ? asked : life.startedAt;
  return {
    key,
    record,
    told,
    ticked: tick.kind === 'order' ? life.startedAt : ticked,
    asked: question.kind === 'ask' ? askedNow : undefined,
    watched: watch === undefined ? watched : life.startedAt,
  };
}

function decisionTime(decision: Decision | TickDecision): Stamp | undefined {
  return decision.kind === 'wait' ? decision.until : undefined;
}

function earliest(...stamps: readonly (Stamp | undefined)[]): Stamp | undefined {
  let first: Stamp | undefined;
  for (const stamp of stamps)
    if (stamp !== undefined && (first === undefined || stamp < first)) first = stamp;
  return first;
}

function readUpToBy({ facts, startedAt }: Life): ReadUpTo | undefined {
  const marker = facts.find((fact) => fact.kind === 'displayed' && !isWithheld(fact));
  return marker && { position: startedAt, at: marker.at, time: marker.time };
}
