import { type Fact, isWithheld } from '../message/fact.ts';
import { type Life, newestLife } from '../message/life.ts';
import { addFacts } from '../message/record.ts';
import { factsReadUpTo, type ReadUpTo, type Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { consentOf } from './consent.ts';
import type { Decision } from './decide.ts';
import { disclosedTo, entitlementOf, type WithheldReason } from './disclose.ts';
import { expireIfDue, expiresAt } from './expire.ts';
import type { Preferences } from './preferences.ts';
import { type QuestionDecision, questionOf } from './question.ts';
import type { Receipt } from './receipt.ts';
import type { Rules } from './rules.ts';
import { type Telling, tell } from './tell.ts';
import { type TickDecision, tickOf } from './tick.ts';
import { isOf, type Told, type Tracked, withRecord } from './tracked.ts';

/** What a judgement depends on, beside the message itself. */
export interface Circumstances {
  readonly rules: Rules;
  readonly readUpTo: ReadUpTo | undefined;
  /** Up to when everything that the servers saw has reached us. */
  readonly completeUpTo: Stamp;
  /** Receipts that have not left yet: they can be taken back. */
  readonly unsent: readonly Told[];
  /** What the sender and the recipient chose. */
  readonly sender: Preferences;
  readonly recipient: Preferences;
}

/** What follows from news: the new state, receipts to make and to take back, and when to look again. */
export interface Judgement {
  readonly tracked: Tracked;
  readonly receipts: readonly Receipt[];
  /** Statuses of this message that became old news, or were learned otherwise, before their receipt left. */
  readonly withdrawn: readonly Status[];
  readonly tick: TickDecision;
  readonly question: QuestionDecision;
  /** Look again when the servers' facts are complete up to this stamp. */
  readonly wakeAt: Stamp | undefined;
  /** Where the message stands in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** How far the recipient has read, as this message's own marker says. */
  readonly readUpTo: ReadUpTo | undefined;
  readonly because: Because;
}

/** Why a judgement is as it is: for the log, the counters, and whoever asks "why was I not told?". */
export interface Because {
  readonly decision: Decision | { readonly kind: 'hold'; readonly because: 'not-accepted' };
  /** Why the sender may know less than we do. */
  readonly withheld?: WithheldReason | undefined;
  readonly tick: TickDecision;
  readonly question: QuestionDecision;
}

/** The heart of the service: facts in, receipts out. */
export function judge(
  before: Tracked,
  news: readonly Fact[],
  circumstances: Circumstances,
): Judgement {
  const record = addFacts(before.record, news);
  const tracked = withRecord(before, record);
  const life = newestLife(record);
  if (life === undefined) return unaccepted(tracked);
  const aged = expireIfDue({ tracked, life }, circumstances);
  return judgeLife(aged.tracked, aged.life, circumstances);
}

const NOT_ON_A_DEVICE = { kind: 'none', because: 'not-on-a-device' } as const;

/** A fact whose message is not known to be accepted is kept for a while, and never told. */
function unaccepted(tracked: Tracked): Judgement {
  return {
    tracked,
    receipts: [],
    withdrawn: [],
    tick: NOT_ON_A_DEVICE,
    question: NOT_ON_A_DEVICE,
    wakeAt: undefined,
    position: undefined,
    readUpTo: undefined,
    because: {
      decision: { kind: 'hold', because: 'not-accepted' },
      tick: NOT_ON_A_DEVICE,
      question: NOT_ON_A_DEVICE,
    },
  };
}

// No spreads: this runs for every item of the feed, and copying fields one by one is several times
// quicker.
function judgeLife(tracked: Tracked, life: Life, circumstances: Circumstances): Judgement {
  const disclosed = disclosedTo(tracked.key, life, circumstances);
  const telling = tell({ tracked, life, disclosed }, circumstances);
  const { decision, receipts, withdrawn } = telling;
  const involvement = involve(tracked, life, circumstances);
  const { tick, question } = involvement;
  return {
    tracked: marked({ tracked, life, telling }, involvement),
    receipts,
    withdrawn,
    tick,
    question,
    wakeAt: earliest(
      decisionTime(decision),
      decisionTime(tick),
      expiresAt(life, circumstances.rules),
    ),
    position: life.startedAt,
    readUpTo: readUpToBy(life),
    because: { decision, withheld: disclosed.withheld, tick, question },
  };
}

type Involvement = Pick<Judgement, 'tick' | 'question'>;

/** What the recipient has to do with it: the tick on their behalf, and the question. */
function involve(tracked: Tracked, life: Life, circumstances: Circumstances): Involvement {
  const { rules, readUpTo, completeUpTo } = circumstances;
  const { key } = tracked;
  const covered = { startedAt: life.startedAt, facts: factsReadUpTo(life, readUpTo) };
  const consent = consentOf(key, life, circumstances);
  const entitlement = entitlementOf(key, life, rules);
  const wasTicked = isOf(life, tracked.ticked);
  const tick = tickOf({
    key,
    life: covered,
    consent,
    entitlement,
    wasOrdered: wasTicked,
    completeUpTo,
    grace: rules.grace,
  });
  return { tick, question: questionOf(covered, consent, { asker: entitlement, wasTicked }) };
}

interface Outcome {
  readonly tracked: Tracked;
  readonly life: Life;
  readonly telling: Telling;
}

/** The message, with what was told, ordered and asked about it. */
function marked({ tracked, life, telling }: Outcome, { tick, question }: Involvement): Tracked {
  const { key, record, ticked, asked } = tracked;
  const askedNow = isOf(life, asked) ? asked : life.startedAt;
  return {
    key,
    record,
    told: telling.told,
    ticked: tick.kind === 'order' ? life.startedAt : ticked,
    asked: question.kind === 'ask' ? askedNow : undefined,
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
  return marker === undefined ? undefined : { position: startedAt, at: marker.at };
}
