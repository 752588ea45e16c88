import type { Fact, Stamp } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life, newestLife } from '../message/life.ts';
import { addFacts, type MessageRecord } from '../message/record.ts';
import { type ReadUpTo, type Status, statusOf } from '../message/status.ts';
import { type Decision, decide, isNeedless } from './decide.ts';
import { type Disclosed, disclosedTo } from './disclose.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import type { Rules } from './rules.ts';

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
}

/** What else bears on a judgement. */
export interface Circumstances {
  readonly rules: Rules;
  readonly readUpTo: ReadUpTo | undefined;
  /** Up to when all that the servers saw has reached us. */
  readonly knownUpTo: Stamp;
  /** Receipts that have not left yet: they can be taken back. */
  readonly unsent: readonly Told[];
}

/** What follows from news: the new state, receipts to make and to take back, and when to look again. */
export interface Judgement {
  readonly tracked: Tracked;
  readonly receipts: readonly Receipt[];
  /** Statuses of this message that were overtaken, or learned otherwise, before their receipt left. */
  readonly withdrawn: readonly Status[];
  /** Look again when the servers are known up to this stamp. */
  readonly wakeAt: Stamp | undefined;
  /** Where the message stands in the conversation; `undefined` until it is known to be accepted. */
  readonly position: Stamp | undefined;
  /** How far the recipient has read, as this message's own marker says. */
  readonly readUpTo: ReadUpTo | undefined;
  readonly decision: Decision | { readonly kind: 'hold'; readonly because: 'not-accepted' };
}

/** The heart of the service: facts in, receipts out. */
export function judge(
  tracked: Tracked,
  news: readonly Fact[],
  circumstances: Circumstances,
): Judgement {
  const record = addFacts(tracked.record, news);
  const life = newestLife(record);
  if (life === undefined) return unaccepted({ ...tracked, record });
  const aged = expireIfDue({ ...tracked, record }, life, circumstances);
  return judgeLife(aged.tracked, aged.life, circumstances);
}

/** A fact whose message is not known to be accepted is kept for a while, and never told. */
function unaccepted(tracked: Tracked): Judgement {
  return {
    tracked,
    receipts: [],
    withdrawn: [],
    wakeAt: undefined,
    position: undefined,
    readUpTo: undefined,
    decision: { kind: 'hold', because: 'not-accepted' },
  };
}

function judgeLife(tracked: Tracked, life: Life, circumstances: Circumstances): Judgement {
  const { rules, knownUpTo, readUpTo } = circumstances;
  const { key } = tracked;
  const disclosed = disclosedTo(key, life, { rules, readUpTo });
  const unsent = statusesOf(circumstances.unsent, life);
  const overtaken = unsent.filter((status) => isOvertaken(status, disclosed, life));
  const told = takeBack(tracked.told, overtaken, life);
  const decision = decide({ key, life, disclosed, told: statusesOf(told, life), knownUpTo, rules });
  const withdrawn = isNeedless(decision) ? unsent : overtaken;
  const receipts = decision.kind === 'tell' ? [receiptOf(key, decision.proof, life.startedAt)] : [];
  const toldNow = receipts.map((receipt) => toldBy(receipt, life));
  return {
    tracked: {
      ...tracked,
      told: [...takeBack(told, withdrawn, life), ...toldNow].slice(-TOLD_KEPT),
    },
    receipts,
    withdrawn,
    position: life.startedAt,
    readUpTo: readUpToBy(life),
    wakeAt: earliest(decision.kind === 'wait' ? decision.until : undefined, expiresAt(life, rules)),
    decision,
  };
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
  return { tracked: { ...tracked, record }, life: newestLife(record) ?? life };
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
  const marker = facts.find(({ kind }) => kind === 'displayed');
  return marker === undefined ? undefined : { position: startedAt, at: marker.at };
}
