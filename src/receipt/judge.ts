import type { Fact, Stamp } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import { type Life, newestLife } from '../message/life.ts';
import { addFacts, type MessageRecord } from '../message/record.ts';
import { type ReadUpTo, type Status, statusOf } from '../message/status.ts';
import { type Decision, decide } from './decide.ts';
import { disclosedTo } from './disclose.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import type { Rules } from './rules.ts';

/** The sender was told this status; `at` says of which message of the key, as a fact's stamp does. */
export interface Told {
  readonly status: Status;
  readonly at: Stamp;
}

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
  /** Statuses whose receipts have not left yet: they can be taken back. */
  readonly unsent: readonly Status[];
}

/** What follows from news: the new state, receipts to make and to take back, and when to look again. */
export interface Judgement {
  readonly tracked: Tracked;
  readonly receipts: readonly Receipt[];
  /** Statuses that were overtaken before their receipt left. */
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
  const disclosed = disclosedTo(tracked.key, life, { rules, readUpTo });
  const withdrawn = overtaken(life, disclosed.proofs.at(-1)?.status, circumstances);
  const told = tracked.told.filter(
    ({ status, at }) => at < life.startedAt || !withdrawn.includes(status),
  );
  const statuses = told.filter(({ at }) => at >= life.startedAt).map(({ status }) => status);
  const decision = decide({ key: tracked.key, life, disclosed, told: statuses, knownUpTo, rules });
  const receipts =
    decision.kind === 'tell' ? [receiptOf(tracked.key, decision.proof, life.startedAt)] : [];
  return {
    tracked: { ...tracked, told: [...told, ...receipts.map((receipt) => toldBy(receipt, life))] },
    receipts,
    withdrawn,
    position: life.startedAt,
    readUpTo: readUpToBy(life),
    wakeAt: earliest(decision.kind === 'wait' ? decision.until : undefined, expiresAt(life, rules)),
    decision,
  };
}

/** Only what was told unasked can be overtaken: what `<report/>` named is told whatever came after. */
function overtaken(
  life: Life,
  current: Status | undefined,
  { unsent }: Circumstances,
): readonly Status[] {
  const isAsked = life.facts.some((fact) => fact.kind === 'accepted' && fact.report !== undefined);
  return isAsked ? [] : unsent.filter((status) => status !== current);
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
  const record = addFacts(tracked.record, [{ kind: 'expired', at: knownUpTo, side: 'component' }]);
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
