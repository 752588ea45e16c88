import type { Because } from '../receipt/judgement.ts';
import type { NotAsked } from '../store/question-store.ts';
import type { Updated, Verdict } from '../store/record-store.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';

export interface NotesParts {
  readonly counters: Counters;
  readonly log: Logger;
}

/**
 * "Why was I not told?": the counters answer it in general, the log at level debug for one message.
 */
export function noteVerdicts({ verdicts, notAsked }: Updated, parts: NotesParts): void {
  const { counters, log } = parts;
  for (const { because } of verdicts) countReasons(because, counters);
  for (const each of notAsked) noteNotAsked(each, parts);
  if (!log.isLevelEnabled('debug')) return;
  for (const verdict of verdicts) log.debug(debugFields(verdict), 'a message was judged');
}

function noteNotAsked({ key, because }: NotAsked, { counters, log }: NotesParts): void {
  counters.count(`questions not asked: ${because}`);
  log.debug({ ...key, because }, 'a recipient is not asked about a message');
}

function countReasons({ decision, withheld, tick, question }: Because, counters: Counters): void {
  if (decision.kind === 'tell')
    for (const { status } of decision.proofs) counters.measures.statuses.inc({ status });
  if (decision.kind === 'hold') counters.count(`receipts held: ${decision.because}`);
  if (withheld !== undefined) counters.count(`statuses withheld: ${withheld}`);
  if (tick.kind === 'none') counters.count(`ticks not ordered: ${tick.because}`);
  if (question.kind === 'none') counters.count(`recipients not asked: ${question.because}`);
}

function debugFields({ tracked: { key }, because }: Verdict): Readonly<Record<string, unknown>> {
  const { decision, withheld, tick, question } = because;
  const told = decision.kind === 'tell' ? decision.proofs.map(({ status }) => status) : undefined;
  return {
    ...key,
    decision: decision.kind,
    told,
    because: decision.kind === 'hold' ? decision.because : undefined,
    withheld,
    tick: tick.kind === 'none' ? tick.because : tick.kind,
    question: question.kind === 'none' ? question.because : question.kind,
  };
}
