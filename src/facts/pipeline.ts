import type { Millis } from '../message/time.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import type { Element } from '../protocol/xml.ts';
import type { News, RecordStore } from '../store/record-store.ts';
import { type Batch, busyError, newsIn, readBatch, takenResult } from './batch.ts';
import { reportBatch } from './batch-report.ts';
import { type EmptiedParts, learnOfEmptied } from './emptied.ts';
import { type ForgettingParts, forgetDeleted } from './forgetting.ts';
import type { GapsParts } from './gaps.ts';
import { tellWatchers, type WatchersParts } from './happened.ts';
import { type JudgeParts, judgeAt } from './judging.ts';
import { learnOfRestarts, type RestartParts } from './restart.ts';
import { type NotesParts, noteVerdicts } from './verdict-notes.ts';
import { type Wakes, wakeSenders } from './wakes.ts';

// The way of a fact, from the text of a server to a receipt that waits to be sent:
//   read           batch.ts: text becomes facts with the server's stamps (bad lines: batch-report.ts)
//   in turn        intake.ts: one commit at a time; all batches that wait share it. Its steps:
//     gaps         gaps.ts: what a server dropped makes some facts doubtful: before they are judged
//     deleted      forgetting.ts: accounts that are gone, before news of a new one with that name
//     learn        ledger.ts: the news of the messages, up to a thousand together:
//       load       store/update.ts: what is known of them, a portion in each turn of the event loop
//       judge      judging.ts: merge in the order of the stamps, derive, decide
//       save       store/update.ts: records, receipts, ticks and questions, in one transaction
//       wake       wakes.ts: whoever sends looks into the store
//       tell       verdict-notes.ts: counters and log; happened.ts: who watches
//     emptied      emptied.ts: what a store held is gone, unless its news say that it was handed out
//     restarts     restart.ts: what only sleeping sessions held is lost, unless news say otherwise
//   acknowledge    batch.ts: the server may forget the lines; after a failure it sends them again

export interface TakeParts extends NotesParts {
  readonly spell: Spelling;
  /** Waits for its turn; answers if `commitBatches` has worked. All that wait share a commit. */
  readonly commitInTurn: (batch: Batch) => Promise<boolean>;
}

/** An IQ of facts: read, commit, acknowledge. */
export async function takeFacts(
  request: Element,
  facts: Element,
  parts: TakeParts,
): Promise<Element> {
  const batch = readBatch(request, facts, parts.spell);
  const isCommitted = await parts.commitInTurn(batch);
  if (!isCommitted) return busyError(request);
  reportBatch(batch, parts);
  return takenResult(request, batch);
}

export type CommitParts = GapsParts & ForgettingParts & EmptiedParts & RestartParts;

/** Each of these relies on the ones before it. The ledger learns by `learnTogether`. */
export async function commitBatches(batches: readonly Batch[], parts: CommitParts): Promise<void> {
  await parts.gaps.take(batches);
  await forgetDeleted(batches, parts);
  await parts.ledger.learn(newsIn(batches));
  await learnOfEmptied(batches, parts);
  await learnOfRestarts(batches, parts);
}

export interface LearnParts extends JudgeParts, NotesParts, WatchersParts {
  readonly now: () => Millis;
  readonly records: Pick<RecordStore, 'update'>;
  readonly wakes: Wakes;
}

export async function learnTogether(news: readonly News[], parts: LearnParts): Promise<void> {
  const now = parts.now();
  const updated = await parts.counters.measures.timed('update', () =>
    parts.records.update(news, { judge: judgeAt(now, parts), now }),
  );
  wakeSenders(updated, parts.wakes);
  noteVerdicts(updated, parts);
  tellWatchers(news, updated, { happenings: parts.happenings, now });
}
