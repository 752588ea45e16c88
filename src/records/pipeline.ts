import { relevantNews } from '../message/held.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Element } from '../protocol/xml.ts';
import { judge } from '../receipt/judge.ts';
import type { Circumstances } from '../receipt/judgement.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Spelling } from '../spelling/spelling.ts';
import type { Companions, Judge, News, RecordStore } from '../store/record-store.ts';
import type { Happenings } from '../telemetry/happenings.ts';
import { type Batch, busyError, newsIn, readBatch, takenResult } from './batch.ts';
import { reportBatch } from './batch-report.ts';
import { type Completeness, completeFor } from './completeness.ts';
import { type EmptiedParts, learnOfEmptied } from './emptied.ts';
import { type ForgettingParts, forgetDeleted } from './forgetting.ts';
import type { Gaps } from './gaps.ts';
import { tellWatchers } from './happened.ts';
import { learnOfRestarts, type RestartParts } from './restart.ts';
import { verdictOf } from './verdict.ts';
import { type NotesParts, noteVerdicts } from './verdict-notes.ts';
import { type Wakes, wakeSenders } from './wakes.ts';

// The way of a fact, from the text of a server to a receipt that waits to be sent:
//
//   read         readBatch: lines of text become facts with the server's stamps
//   in turn      commitInTurn: one commit at a time, in the order of arrival (intake.ts)
//   learn        learnTogether: news of up to a thousand messages, in one transaction, a portion in
//                each turn of the event loop (store/in-portions.ts, store/update.ts)
//     load         what is known of them
//     judge        judgeAt: merge in the order of the stamps, derive, decide
//     save         records, receipts, ticks and questions: all or nothing
//   wake         wakeSenders: whoever sends looks into the store
//   acknowledge  takenResult: the server may forget the lines

export interface TakeParts extends NotesParts {
  /** The one spelling of the addresses that servers write. */
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

export type CommitParts = ForgettingParts &
  EmptiedParts &
  RestartParts & { readonly gaps: Pick<Gaps, 'take'> };

/** Each of these relies on the ones before it. The ledger learns by `learnTogether`. */
export async function commitBatches(batches: readonly Batch[], parts: CommitParts): Promise<void> {
  await parts.gaps.take(batches);
  await forgetDeleted(batches, parts);
  await parts.ledger.learn(newsIn(batches));
  await learnOfEmptied(batches, parts);
  await learnOfRestarts(batches, parts);
}

export interface LearnParts extends JudgeParts, NotesParts {
  readonly now: () => Millis;
  readonly records: Pick<RecordStore, 'update'>;
  readonly wakes: Wakes;
  readonly happenings: Pick<Happenings, 'tell'>;
}

/**
 * The store loads, judges and saves in one transaction: see `updateMessages` in store/update.ts.
 */
export async function learnTogether(news: readonly News[], parts: LearnParts): Promise<void> {
  const now = parts.now();
  const updated = await parts.counters.measures.timed('update', () =>
    parts.records.update(news, { judge: judgeAt(now, parts), now }),
  );
  wakeSenders(updated, parts.wakes);
  noteVerdicts(updated, parts);
  tellWatchers(news, updated, { happenings: parts.happenings, now });
}

export interface JudgeParts {
  readonly rules: Rules;
  readonly completeness: Pick<Completeness, 'completeUpTo'>;
  readonly gaps: Pick<Gaps, 'withoutDoubtful'>;
  /** How long a receipt waits for others, so that they go in one stanza. */
  readonly receiptDelay: (sender: Preferences) => Millis;
  /** How long a question waits for others, so that they go in one stanza. */
  readonly questionDelay: Millis;
}

/**
 * The judge of a message: what its facts come to by the clocks of the servers, then by our own
 * clock.
 */
function judgeAt(now: Millis, parts: JudgeParts): Judge {
  const { rules, receiptDelay, questionDelay } = parts;
  return (tracked, news, companions) => {
    const completeUpTo = completeFor(tracked.key, parts);
    const circumstances = circumstancesOf(companions, { rules, completeUpTo, now });
    const certain = parts.gaps.withoutDoubtful(relevantNews(news, tracked.record), tracked);
    return verdictOf(judge(tracked, certain, circumstances), {
      now,
      completeUpTo,
      receiptDelay: receiptDelay(companions.sender),
      questionDelay,
    });
  };
}

interface Surroundings {
  readonly rules: Rules;
  readonly completeUpTo: Stamp | undefined;
  readonly now: Millis;
}

// No spreads: this runs for every item of the feed, and naming the fields is several times faster.
function circumstancesOf(
  { readUpTo, unsent, sender, recipient }: Companions,
  { rules, completeUpTo = 0, now }: Surroundings,
): Circumstances {
  return { rules, readUpTo, completeUpTo, now, unsent, sender, recipient };
}
