import { type Fact, isWithheld } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life, newestLife } from '../message/life.ts';
import { addFacts, type MessageRecord } from '../message/record.ts';
import { factsReadUpTo, type ReadUpTo, type Status, statusOf } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { consentOf } from './consent.ts';
import { type Decision, decide, isNeedless } from './decide.ts';
import { type Disclosed, disclosedTo, entitlementOf, type WithheldReason } from './disclose.ts';
import type { Preferences } from './preferences.ts';
import { type QuestionDecision, questionOf } from './question.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import type { Rules } from './rules.ts';
import { type TickDecision, tickOf } from './tick.ts';

/** The sender was told this status; `at` says of which message of the key, as a fact's stamp does. */
export interface Told {
  readonly status: Status;
  readonly at: Stamp;
}

/** What was told is remembered of the newest messages of a key: more than any message can be told of. */
const TOLD_KEPT = 32;

/** A message as the store keeps it. */
export interface Tracked {
  readonly key: MessageKey;
  readonly record: MessageRecord;
  readonly told: readonly Told[];
  /** The message of the key that a tick was ordered for, by where it stands. */
  readonly ticked?: Stamp | undefined;
  /** The message of the key that the recipient is to be asked about, by where it stands. */
  readonly asked?: Stamp | undefined;
}

/** What else bears on a judgement. */
export interface Circumstances {
  readonly rules: Rules;
  readonly readUpTo: ReadUpTo | undefined;
  /** Up to when all that the servers saw has reached us. */
  readonly knownUpTo: Stamp;
  /** Receipts that have not left yet: they can be taken back. */
  readonly unsent: readonly Told[];
  /** What the two chose. */
  readonly sender: Preferences;
  readonly recipient: Preferences;
}

/** What follows from news: the new state, receipts to make and to take back, and when to look again. */
export interface Judgement {
  readonly tracked: Tracked;
  readonly receipts: readonly Receipt[];
  /** Statuses of this message that were overtaken, or learned otherwise, before their receipt left. */
  readonly withdrawn: readonly Status[];
  readonly tick: TickDecision;
  readonly question: QuestionDecision;
  /** Look again when the servers are known up to this stamp. */
  readonly wakeAt: Stamp | undefined;
  /** Where the message stands in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** How far the recipient has read, as this message's own marker says. */
  readonly readUpTo: ReadUpTo | undefined;
  readonly because: Because;
}

/** Why a judgement is as it is: for the log, the counters and whoever asks "why was I not told?". */
export interface Because {
  readonly decision: Decision | { readonly kind: 'hold'; readonly because: 'not-accepted' };
  /** Why the sender may know less than we do. */
  readonly withheld?: WithheldReason | undefined;
  readonly tick: TickDecision;
  readonly question: QuestionDecision;
}

/** The heart of the service: facts in, receipts out. */
export function judge(
  tracked: Tracked,
  news: readonly Fact[],
  circumstances: Circumstances,
): Judgement {
  const record = addFacts(tracked.record, news);
  const life = newestLife(record);
  const grown = withRecord(tracked, record);
  if (life === undefined) return unaccepted(grown);
  const aged = expireIfDue(grown, life, circumstances);
  return judgeLife(aged.tracked, aged.life, circumstances);
}

function withRecord({ key, told, ticked, asked }: Tracked, record: MessageRecord): Tracked {
  return { key, record, told, ticked, asked };
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

function judgeLife(tracked: Tracked, life: Life, circumstances: Circumstances): Judgement {
  const disclosed = disclosedTo(tracked.key, life, circumstances);
  const { decision, receipts, withdrawn, told } = tell({ tracked, life, disclosed }, circumstances);
  const involvement = involve(tracked, life, circumstances);
  const { tick, question } = involvement;
  // No spreads: this runs for every item of the feed, and copying fields one by one is several times quicker.
  return {
    receipts,
    withdrawn,
    tick,
    question,
    tracked: marked({ tracked, life, told }, involvement),
    position: life.startedAt,
    readUpTo: readUpToBy(life),
    wakeAt: earliest(
      waitsUntil(decision),
      earliest(waitsUntil(tick), expiresAt(life, circumstances.rules)),
    ),
    because: { decision, withheld: disclosed.withheld, tick, question },
  };
}

interface Telling {
  readonly decision: Decision;
  readonly receipts: readonly Receipt[];
  readonly withdrawn: readonly Status[];
  readonly told: readonly Told[];
}

/** What the sender is told by receipts. */
function tell(
  { tracked, life, disclosed }: { tracked: Tracked; life: Life; disclosed: Disclosed },
  circumstances: Circumstances,
): Telling {
  const { key } = tracked;
  const unsent = statusesOf(circumstances.unsent, life);
  const overtaken = unsent.filter((status) => isOvertaken(status, disclosed, life));
  const told = takeBack(tracked.told, overtaken, life);
  const { knownUpTo, rules, sender } = circumstances;
  const toldOfLife = statusesOf(told, life);
  const decision = decide({ key, life, disclosed, told: toldOfLife, knownUpTo, rules, sender });
  const withdrawn = isNeedless(decision) ? unsent : overtaken;
  const proofs = decision.kind === 'tell' ? decision.proofs : [];
  const receipts = proofs.map((proof) => receiptOf(key, proof, life.startedAt));
  const toldNow = receipts.map((receipt) => toldBy(receipt, life));
  const kept = [...takeBack(told, withdrawn, life), ...toldNow].slice(-TOLD_KEPT);
  return { decision, receipts, withdrawn, told: kept };
}

type Involvement = Pick<Judgement, 'tick' | 'question'>;

/** What the recipient has to do with it: the tick on their behalf, and the question. */
function involve(tracked: Tracked, life: Life, circumstances: Circumstances): Involvement {
  const { rules, readUpTo, knownUpTo } = circumstances;
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
    knownUpTo,
    grace: rules.grace,
  });
  return { tick, question: questionOf(covered, consent, { asker: entitlement, wasTicked }) };
}

/** The message with what was ordered and asked about it. */
function marked(
  { tracked, life, told }: { tracked: Tracked; life: Life; told: readonly Told[] },
  { tick, question }: Involvement,
): Tracked {
  const { key, record, ticked, asked } = tracked;
  const askedNow = isOf(life, asked) ? asked : life.startedAt;
  return {
    key,
    record,
    told,
    ticked: tick.kind === 'order' ? life.startedAt : ticked,
    asked: question.kind === 'ask' ? askedNow : undefined,
  };
}

/** Where a message stands may turn out to be earlier, when the other server's word comes; it is the same message. */
function isOf({ startedAt }: Life, mark: Stamp | undefined): boolean {
  return mark !== undefined && mark >= startedAt;
}

function waitsUntil(decision: Decision | TickDecision): Stamp | undefined {
  return decision.kind === 'wait' ? decision.until : undefined;
}

/** Which of these are of this message, and not of an older one of the same key. */
function statusesOf(told: readonly Told[], { startedAt }: Life): readonly Status[] {
  return told.filter(({ at }) => at >= startedAt).map(({ status }) => status);
}

function takeBack(
  told: readonly Told[],
  statuses: readonly Status[],
  { startedAt }: Life,
): readonly Told[] {
  return told.filter(({ status, at }) => at < startedAt || !statuses.includes(status));
}

/** Only what was told unasked can be overtaken: what `<report/>` named is told whatever came after. */
function isOvertaken(status: Status, { proofs }: Disclosed, life: Life): boolean {
  const isAsked = acceptedFacts(life).some(({ report }) => report !== undefined);
  return !isAsked && status !== proofs.at(-1)?.status;
}

/** A receipt's own stamp may lie before its message where two clocks differ; the mark must not. */
function toldBy({ status, at }: Receipt, life: Life): Told {
  return { status, at: Math.max(at, life.startedAt) };
}

/** Nothing happened within the operator's limit. What was only accepted does not expire: a blocked message looks like that. */
function expireIfDue(
  tracked: Tracked,
  life: Life,
  { rules, knownUpTo }: Circumstances,
): { tracked: Tracked; life: Life } {
  const due = expiresAt(life, rules);
  if (due === undefined || due > knownUpTo) return { tracked, life };
  // When it was due, not when we looked: the same for whoever looks, and for what is heard later.
  const record = addFacts(tracked.record, [{ kind: 'expired', at: due, side: 'component' }]);
  return { tracked: withRecord(tracked, record), life: newestLife(record) ?? life };
}

function expiresAt(life: Life, rules: Rules): Stamp | undefined {
  const status = statusOf(life.facts);
  const isOpen = status === 'relayed' || status === 'sent' || status === 'stored';
  return isOpen ? latestAt(life) + rules.expireAfter : undefined;
}

function latestAt({ facts, startedAt }: Life): Stamp {
  return facts.at(-1)?.at ?? startedAt;
}

function earliest(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function readUpToBy({ facts, startedAt }: Life): ReadUpTo | undefined {
  const marker = facts.find((fact) => fact.kind === 'displayed' && !isWithheld(fact));
  return marker === undefined ? undefined : { position: startedAt, at: marker.at };
}
