import { acceptedFacts, type Life } from '../message/life.ts';
import type { Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { type Decision, decide, isNeedless } from './decide.ts';
import type { Disclosed } from './disclose.ts';
import type { Preferences } from './preferences.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import type { Rules } from './rules.ts';
import type { Told, Tracked } from './tracked.ts';

/** Maximum number of statuses that are remembered as told: more than one message can be told of. */
const TOLD_KEPT = 32;

export interface TellingMatter {
  readonly tracked: Tracked;
  readonly life: Life;
  readonly disclosed: Disclosed;
}

export interface TellingCircumstances {
  readonly rules: Rules;
  readonly completeUpTo: Stamp;
  /** Receipts that have not left yet: they can be taken back. */
  readonly unsent: readonly Told[];
  readonly sender: Preferences;
}

/** What the sender is told by receipts. */
export interface Telling {
  readonly decision: Decision;
  readonly receipts: readonly Receipt[];
  /** Statuses whose receipt is taken back, because it is old news or not needed any more. */
  readonly withdrawn: readonly Status[];
  readonly told: readonly Told[];
}

export function tell(matter: TellingMatter, circumstances: TellingCircumstances): Telling {
  const { tracked, life, disclosed } = matter;
  const { completeUpTo, rules, sender } = circumstances;
  const { key } = tracked;
  const unsent = statusesOf(circumstances.unsent, life);
  const overtaken = unsent.filter((status) => isOvertaken(status, disclosed, life));
  const rest = takeBack(tracked.told, overtaken, life);
  const told = statusesOf(rest, life);
  const decision = decide({ key, life, disclosed, told, completeUpTo, rules, sender });
  const withdrawn = isNeedless(decision) ? unsent : overtaken;
  const receipts = receiptsOf(decision, matter);
  const toldNow = receipts.map((receipt) => toldBy(receipt, life));
  const kept = [...takeBack(rest, withdrawn, life), ...toldNow].slice(-TOLD_KEPT);
  return { decision, receipts, withdrawn, told: kept };
}

function receiptsOf(decision: Decision, { tracked, life }: TellingMatter): readonly Receipt[] {
  if (decision.kind !== 'tell') return [];
  return decision.proofs.map((proof) => receiptOf(tracked.key, proof, life.startedAt));
}

/** The statuses of this life, and not of an older one of the same key. */
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

/** Only what was told unasked can be overtaken: what `<report/>` named is told whatever came after it. */
function isOvertaken(status: Status, { proofs }: Disclosed, life: Life): boolean {
  const isAsked = acceptedFacts(life).some(({ report }) => report !== undefined);
  return !isAsked && status !== proofs.at(-1)?.status;
}

/** A receipt's own stamp may be before its message if two clocks differ; the mark must not be. */
function toldBy({ status, at }: Receipt, life: Life): Told {
  return { status, at: Math.max(at, life.startedAt) };
}
