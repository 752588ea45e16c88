import type { Proof } from '../message/status.ts';
import type { Decision, HoldReason } from '../receipt/decision.ts';
import type { Because } from '../receipt/judgement.ts';
import type { NoQuestionReason } from '../receipt/question.ts';
import type { NoTickReason } from '../receipt/tick.ts';
import type { NotAsked } from '../store/question-store.ts';
import type { Updated, Verdict } from '../store/record-store.ts';
import type { Counters } from '../telemetry/counters.ts';
import { countsOf } from '../telemetry/counts-of.ts';
import type { Logger } from '../telemetry/log.ts';
import { noteLeftOut } from './left-out.ts';

export interface NotesParts {
  readonly counters: Counters;
  readonly log: Logger;
}

/**
 * "Why was I not told?": the counters answer it in general, the log at level debug for one message.
 */
export function noteVerdicts(updated: Updated, parts: NotesParts): void {
  const { verdicts, notAsked, leftOut, watches } = updated;
  const { counters, log } = parts;
  countReasons(
    verdicts.map(({ because }) => because),
    counters,
  );
  const tooLong = verdicts.filter(({ watch }) => watch === 'too long').length;
  if (watches.begun > 0) counters.count('watches begun', watches.begun);
  if (watches.tooMany > 0) counters.count('watches not begun: too many', watches.tooMany);
  if (tooLong > 0) counters.count('watches not begun: too long', tooLong);
  for (const each of notAsked) noteNotAsked(each, parts);
  for (const { key, because } of leftOut) noteLeftOut(key, because, parts);
  if (!log.isLevelEnabled('debug')) return;
  for (const verdict of verdicts) log.debug(debugFields(verdict), 'a message was judged');
}

function noteNotAsked({ key, because }: NotAsked, { counters, log }: NotesParts): void {
  counters.count(`questions not asked: ${because}`);
  log.debug({ ...key, because }, 'a recipient is not asked about a message');
}

function countReasons(reasons: readonly Because[], counters: Counters): void {
  for (const [status, by] of countsOf(reasons.flatMap(proofsTold), ({ status }) => status))
    counters.measures.statuses.inc({ status }, by);
  for (const [because, by] of countsOf(reasons, ({ decision }) => holdReason(decision)))
    counters.count(`receipts held: ${because}`, by);
  for (const [because, by] of countsOf(reasons, ({ words }) => holdReason(words)))
    counters.count(`words held: ${because}`, by);
  for (const [withheld, by] of countsOf(reasons, ({ withheld }) => withheld))
    counters.count(`statuses withheld: ${withheld}`, by);
  for (const [because, by] of countsOf(reasons, noTickReason))
    counters.count(`ticks not ordered: ${because}`, by);
  for (const [because, by] of countsOf(reasons, noQuestionReason))
    counters.count(`recipients not asked: ${because}`, by);
}

function proofsTold({ decision }: Because): readonly Proof[] {
  return decision.kind === 'tell' ? decision.proofs : [];
}

function holdReason(decision: Decision): HoldReason | undefined {
  return decision.kind === 'hold' ? decision.because : undefined;
}

function noTickReason({ tick }: Because): NoTickReason | undefined {
  return tick.kind === 'none' ? tick.because : undefined;
}

function noQuestionReason({ question }: Because): NoQuestionReason | undefined {
  return question.kind === 'none' ? question.because : undefined;
}

function debugFields({ tracked: { key }, because }: Verdict): Readonly<Record<string, unknown>> {
  const { decision, words, withheld, tick, question } = because;
  const told = decision.kind === 'tell' ? decision.proofs.map(({ status }) => status) : undefined;
  return {
    ...key,
    decision: decision.kind,
    told,
    because: decision.kind === 'hold' ? decision.because : undefined,
    words: wordsIn(words),
    withheld,
    tick: tick.kind === 'none' ? tick.because : tick.kind,
    question: question.kind === 'none' ? question.because : question.kind,
  };
}

/** What is told in words, or why it is not. */
function wordsIn(words: Decision): string {
  if (words.kind === 'hold') return words.because;
  return words.kind === 'wait' ? 'wait' : words.proofs.map(({ status }) => status).join(' ');
}
