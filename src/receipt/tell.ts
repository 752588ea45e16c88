import type { Life } from '../message/life.ts';
import type { Proof } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import { withAnswerable } from './answerable.ts';
import { isFor } from './audience.ts';
import { decide } from './decide.ts';
import { type Decision, isNeedless } from './decision.ts';
import type { Disclosed } from './disclose.ts';
import { type Mentions, mentionsAfter } from './mentions.ts';
import type { ToldSoFar } from './other-sessions.ts';
import type { Preferences } from './preferences.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import { askedFor } from './report.ts';
import type { Rules } from './rules.ts';
import type { TickDecision } from './tick.ts';
import type { Told, Tracked } from './tracked.ts';
import { overtakenBy, unsentFor, type Withdrawn, withoutWithdrawn } from './withdrawal.ts';
import { decideWords, type WordsMatter } from './words.ts';
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
  readonly mentions: Mentions;
}

export interface Telling {
  /** For programs. */
  readonly decision: Decision;
  /** For people. */
  readonly words: Decision;
  readonly receipts: readonly Receipt[];
  /** What is taken back, because it is out of date or not needed any more. */
  readonly withdrawn: readonly Withdrawn[];
  readonly told: readonly Told[];
  readonly mentions: Mentions;
}

/** Each audience is told by its own rules, and each status at most once. */
export function tell(matter: TellingMatter, circumstances: TellingCircumstances): Telling {
  const { tracked, life, disclosed } = matter;
  const { completeUpTo, hasSeveralNodes } = circumstances;
  const unsent = unsentOf(matter, circumstances);
  const overtaken = [...unsent.programs.overtaken, ...unsent.people.overtaken];
  const rest = withoutWithdrawn(tracked.told, overtaken, life);
  const deciding = decidingMatter(matter, circumstances, rest);
  const decision = decide(deciding);
  const words = decideWords(deciding);
  const withdrawn = [
    ...withdrawnAfter(decision, unsent.programs),
    ...withdrawnAfter(words, unsent.people),
  ];
  const receipts = [...forPrograms(decision, deciding), ...forPeople(words, deciding)];
  const toldNow = receipts.map((receipt) => toldBy(receipt, life, circumstances.now));
  const kept = withoutWithdrawn(rest, withdrawn, life);
  const known = withAnswerable(kept, { decision, life, disclosed, completeUpTo, hasSeveralNodes });
  const told = newest(toldNow.length === 0 ? known : [...known, ...toldNow]);
  const mentions = mentionsAfterThis(words, withdrawn, deciding);
  return { decision, words, receipts, withdrawn, told, mentions };
}

/** What has not left for one audience, and which of it is out of date. */
interface Unsent {
  readonly all: readonly Withdrawn[];
  readonly overtaken: readonly Withdrawn[];
}

const NONE: Unsent = { all: [], overtaken: [] };

/** As a rule nothing waits. */
const NONE_UNSENT = { programs: NONE, people: NONE };

/** With `<report/>` each named status is told, also when a newer one is known. */
function unsentOf(
  { life, disclosed: { proofs } }: TellingMatter,
  { unsent }: TellingCircumstances,
): { readonly programs: Unsent; readonly people: Unsent } {
  if (unsent.length === 0) return NONE_UNSENT;
  const programs = unsentFor('programs', unsent, life);
  const people = unsentFor('people', unsent, life);
  const isReported = askedFor(life) !== undefined;
  return {
    programs: { all: programs, overtaken: isReported ? [] : overtakenBy(proofs.at(-1), programs) },
    people: { all: people, overtaken: overtakenBy(proofs.at(-1), people) },
  };
}

function withdrawnAfter(decision: Decision, { all, overtaken }: Unsent): readonly Withdrawn[] {
  return isNeedless(decision) ? all : overtaken;
}

// No spreads: this runs for every item of the feed, and naming the fields is several times faster.
function decidingMatter(
  { tracked, life, disclosed, tick }: TellingMatter,
  { completeUpTo, hasSeveralNodes, rules, sender, mentions }: TellingCircumstances,
  told: readonly Told[],
): WordsMatter {
  return {
    key: tracked.key,
    tracked,
    life,
    disclosed,
    tick,
    told: told.filter(({ at, silent }) => at >= life.startedAt && silent !== true),
    completeUpTo,
    hasSeveralNodes,
    rules,
    sender,
    mentions,
  };
}

function forPrograms(decision: Decision, { tracked, life }: WordsMatter): readonly Receipt[] {
  return proofsTold(decision).map((proof) => ({
    ...receiptOf(tracked.key, proof, life),
    audience: 'programs',
  }));
}

function forPeople(decision: Decision, matter: WordsMatter): readonly Receipt[] {
  return proofsTold(decision).map((proof) => ({
    ...receiptOf(matter.key, proof, matter.life),
    audience: 'people',
    ...(isKeptByTheArchive(proof, matter) ? {} : { unarchived: true }),
  }));
}

function isKeptByTheArchive({ status }: Proof, { tracked, life, tick, told }: WordsMatter) {
  const before = told.filter((it) => isFor(it, 'people')).map((it) => it.status);
  return isWorthARow(status, { told: before, isTicked: isTicked(tracked, life, tick) });
}

function proofsTold(decision: Decision): readonly Proof[] {
  return decision.kind === 'tell' ? decision.proofs : [];
}

/** Whoever gets no words was told nothing. */
function mentionsAfterThis(
  words: Decision,
  withdrawn: readonly Withdrawn[],
  { mentions, disclosed, completeUpTo, rules }: WordsMatter,
): Mentions {
  if (words.kind === 'hold' && words.because === 'words-off') return mentions;
  const latest = disclosed.proofs.at(-1);
  return mentionsAfter(mentions, {
    decision: words,
    withdrawn,
    newest: latest,
    now: completeUpTo,
    rules: rules.words,
  });
}

function newest(told: readonly Told[]): readonly Told[] {
  return told.length > TOLD_KEPT ? told.slice(-TOLD_KEPT) : told;
}

/**
 * If two servers' clocks differ, a receipt's stamp may be before its message. The mark must not be.
 */
function toldBy({ status, at, audience }: Receipt, life: Life, made: Millis): Told {
  return { status, at: Math.max(at, life.startedAt), made, audience };
}
