import type { Life } from '../message/life.ts';
import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import { withAnswerable } from './answerable.ts';
import { type Decision, decide, isNeedless } from './decide.ts';
import type { Disclosed } from './disclose.ts';
import type { ToldSoFar } from './other-sessions.ts';
import type { Preferences } from './preferences.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import { askedFor } from './report.ts';
import type { Rules } from './rules.ts';
import type { TickDecision } from './tick.ts';
import type { Told, Tracked } from './tracked.ts';
import { isTicked, isWorthARow } from './worth-a-row.ts';

/** Maximum number of told statuses that are kept for one key. One message never needs so many. */
const TOLD_KEPT = 32;

export interface TellingMatter {
  readonly tracked: Tracked;
  readonly life: Life;
  readonly disclosed: Disclosed;
  readonly tick: TickDecision;
}

export interface TellingCircumstances extends ToldSoFar {
  readonly rules: Rules;
  readonly now: Millis;
  /** Receipts that have not left yet: they can be taken back. */
  readonly unsent: readonly Told[];
  readonly sender: Preferences;
}

export interface Telling {
  readonly decision: Decision;
  readonly receipts: readonly Receipt[];
  /** Statuses whose receipt is taken back, because it is out of date or not needed any more. */
  readonly withdrawn: readonly Status[];
  readonly told: readonly Told[];
}

export function tell(matter: TellingMatter, circumstances: TellingCircumstances): Telling {
  const { tracked, life, disclosed } = matter;
  const { completeUpTo, hasSeveralNodes, now, rules, sender } = circumstances;
  const { key } = tracked;
  const unsent = statusesOf(circumstances.unsent, life);
  const overtaken = unsent.filter((status) => isOvertaken(status, disclosed, life));
  const rest = takeBack(tracked.told, overtaken, life);
  const told = statusesOf(rest, life);
  const decision = decide({
    key,
    life,
    disclosed,
    told,
    completeUpTo,
    hasSeveralNodes,
    rules,
    sender,
  });
  const withdrawn = isNeedless(decision) ? unsent : overtaken;
  const receipts = receiptsToTell(decision, matter, told);
  const toldNow = receipts.map((receipt) => toldBy(receipt, life, now));
  const kept = takeBack(rest, withdrawn, life);
  const known = withAnswerable(kept, { decision, life, disclosed, completeUpTo, hasSeveralNodes });
  const all = toldNow.length === 0 ? known : [...known, ...toldNow];
  return { decision, receipts, withdrawn, told: newest(all) };
}

function newest(told: readonly Told[]): readonly Told[] {
  return told.length > TOLD_KEPT ? told.slice(-TOLD_KEPT) : told;
}

function receiptsToTell(
  decision: Decision,
  { tracked, life, tick }: TellingMatter,
  toldBefore: readonly Status[],
): readonly Receipt[] {
  if (decision.kind !== 'tell') return [];
  const shown = isTicked(tracked, life, tick);
  const statuses = decision.proofs.map(({ status }) => status);
  return decision.proofs.map((proof, index) => {
    const receipt = receiptOf(tracked.key, proof, life);
    const told = [...toldBefore, ...statuses.slice(0, index)];
    const isWorthIt = isWorthARow(proof.status, { told, isTicked: shown });
    return isWorthIt ? receipt : { ...receipt, unarchived: true };
  });
}

/** The statuses told by receipts in this life, not in an older one of the same key. */
function statusesOf(told: readonly Told[], { startedAt }: Life): readonly Status[] {
  return told
    .filter(({ at, silent }) => at >= startedAt && silent !== true)
    .map(({ status }) => status);
}

function takeBack(
  told: readonly Told[],
  statuses: readonly Status[],
  { startedAt }: Life,
): readonly Told[] {
  if (statuses.length === 0) return told;
  return told.filter(
    ({ status, at, silent }) => silent === true || at < startedAt || !statuses.includes(status),
  );
}

/**
 * A newer status makes a waiting receipt out of date. Not with `<report/>`: then each named status
 * is told.
 */
function isOvertaken(status: Status, { proofs }: Disclosed, life: Life): boolean {
  return askedFor(life) === undefined && status !== proofs.at(-1)?.status;
}

/**
 * If two servers' clocks differ, a receipt's stamp may be before its message. The mark must not be.
 */
function toldBy({ status, at }: Receipt, life: Life, made: Millis): Told {
  return { status, at: Math.max(at, life.startedAt), made };
}
