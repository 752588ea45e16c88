import { type Fact, isWithheld } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import type { IgnoredFact } from '../message/kinds.ts';
import type { ReadUpTo } from '../message/status.ts';
import type { Transaction } from './adapter.ts';
import {
  type CoveredRange,
  type Loaded,
  type Pair,
  pairText,
  type Wanted,
} from './message-port.ts';
import { type QuestionStep, questionsFor, type StepsTaken, takeSteps } from './question-book.ts';
import { NO_QUESTION_CHANGES, type QuestionPort } from './question-port.ts';
import type { LeftOut, News, Updated, UpdateOptions, Verdict } from './record-store.ts';
import type { NewWatch } from './watch-store.ts';
import { beginWatches } from './watching.ts';
import { type Entry, WorkingSet } from './working-set.ts';

export type UpdateRows = Pick<Transaction, 'messages' | 'questions' | 'watches' | 'save'>;

/**
 * Applies the news in their order: one load, all judgements in memory, one save. Only markers and
 * questions need a second and a third load, each of them one for the whole batch.
 */
export async function updateMessages(
  rows: UpdateRows,
  news: readonly News[],
  options: UpdateOptions,
): Promise<Updated> {
  const working = await load(rows, news, options);
  const update = new Update(working, options);
  for (const item of news) update.apply(item);
  const { changes, notAsked } = await questionsAfter(rows.questions, update.steps, options);
  await rows.save(working.changes(changes));
  const watches = await beginWatches(rows.watches, update.watches);
  return { verdicts: update.verdicts, notAsked, leftOut: update.leftOut, watches };
}

async function load(
  { messages }: Pick<UpdateRows, 'messages'>,
  news: readonly News[],
  { now }: UpdateOptions,
): Promise<WorkingSet> {
  const loaded = await messages.load(messagesFor(news));
  const working = new WorkingSet(loaded, now);
  const ranges = hasMarker(loaded, news) ? rangesFor(working, news) : [];
  if (ranges.length > 0) working.addCovered(ranges, await messages.loadCovered(ranges));
  return working;
}

class Update {
  readonly verdicts: Verdict[] = [];
  readonly steps: QuestionStep[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly watches: NewWatch[] = [];
  readonly #working: WorkingSet;
  readonly #options: UpdateOptions;

  constructor(working: WorkingSet, options: UpdateOptions) {
    this.#working = working;
    this.#options = options;
  }

  apply({ key, facts }: News): void {
    const remembered = this.#withoutForgotten(key, facts);
    if (facts.length > 0 && remembered.length === 0) return;
    const entry = this.#working.named(key, isItself(facts));
    const early = this.#earlyFacts(entry.tracked.key, remembered);
    this.#judge(entry, early.length === 0 ? remembered : [...remembered, ...early]);
  }

  #withoutForgotten(key: MessageKey, facts: readonly Fact[]): readonly Fact[] {
    const at = this.#working.forgottenAt(key);
    if (at === 0) return facts;
    const remembered = facts.filter((fact) => fact.at > at);
    const because = Array<IgnoredFact>(facts.length - remembered.length).fill('account deleted');
    if (because.length > 0) this.leftOut.push({ key, because });
    return remembered;
  }

  /** XEP-0359 §2.2: what came under the origin-id before the message itself is taken over. */
  #earlyFacts(key: MessageKey, facts: readonly Fact[]): readonly Fact[] {
    return originsIn(key, facts).flatMap((origin) => {
      const early = this.#working.get(origin);
      if (early.position !== undefined) return [];
      this.#working.addAlias(key, origin);
      this.#working.remove(origin);
      return early.tracked.record.facts;
    });
  }

  #judge(entry: Entry, news: readonly Fact[]): void {
    const { key } = entry.tracked;
    const readUpTo = this.#working.readUpTo(key);
    const sender = this.#working.chosenBy(key.sender);
    const recipient = this.#working.chosenBy(key.recipient);
    const mentions = this.#working.mentions(key);
    const companions = { readUpTo, unsent: entry.unsent, sender, recipient, mentions };
    const verdict = this.#options.judge(entry.tracked, news, companions);
    this.verdicts.push(verdict);
    if (!isOldNews(entry, verdict)) this.#working.put(entry, verdict);
    if (verdict.mentions !== mentions) this.#working.setMentions(key, verdict.mentions);
    this.#tick(entry, verdict);
    this.#ask(entry, verdict);
    this.#watch(verdict);
    this.#advance(verdict, readUpTo);
  }

  #watch({ watch, server }: Verdict): void {
    if (watch !== undefined && watch !== 'too long') this.watches.push({ ...watch, server });
  }

  #tick({ tracked: before }: Entry, { tracked: { key }, tick }: Verdict): void {
    if (tick.kind === 'order') this.#working.addTick(tick.tick);
    const isNeedless = tick.kind === 'none' && tick.because === 'client-answered';
    if (isNeedless && before.ticked !== undefined) this.#working.withdrawTicks(key);
  }

  #ask({ tracked: before }: Entry, { tracked: { key, asked }, question }: Verdict): void {
    if (asked === before.asked) return;
    if (before.asked !== undefined) this.steps.push({ kind: 'close', key });
    if (asked === undefined || question === undefined) return;
    this.steps.push({ kind: 'open', key, position: asked, ...question });
  }

  /** XEP-0333 §1: a marker means "up to here". */
  #advance({ tracked: { key }, readUpTo }: Verdict, known: ReadUpTo | undefined): void {
    const after = known?.position ?? 0;
    if (readUpTo === undefined || readUpTo.position <= after) return;
    this.#working.setReadUpTo(key, readUpTo);
    const { sender, recipient } = key;
    const range = { sender, recipient, after, upTo: readUpTo.position };
    for (const covered of this.#working.coveredBy(range))
      this.#judge(this.#working.get(covered), []);
  }
}

function messagesFor(news: readonly News[]): Wanted {
  const messages: MessageKey[] = [];
  const named: MessageKey[] = [];
  for (const { key, facts } of news) {
    (isItself(facts) ? messages : named).push(key);
    messages.push(...originsIn(key, facts));
  }
  return { messages, named };
}

/** An answer may name the origin-id; the message itself never does. */
function isItself(facts: readonly Fact[]): boolean {
  return facts.some(isAccepted);
}

/** The largest range that the markers of this batch can cover, for each pair. */
function rangesFor(working: WorkingSet, news: readonly News[]): readonly CoveredRange[] {
  const factsOf = new Map<string, { pair: Pair; facts: Fact[] }>();
  for (const { key, facts } of news) {
    const known = factsOf.get(pairText(key)) ?? { pair: key, facts: [] };
    factsOf.set(pairText(key), known);
    known.facts.push(...facts, ...working.named(key, isItself(facts)).tracked.record.facts);
    for (const origin of originsIn(key, facts))
      known.facts.push(...working.get(origin).tracked.record.facts);
  }
  return [...factsOf.values()].flatMap(({ pair, facts }) => rangeFor(working, pair, facts));
}

function rangeFor(
  working: WorkingSet,
  { sender, recipient }: Pair,
  facts: readonly Fact[],
): readonly CoveredRange[] {
  if (!facts.some(isMarker)) return [];
  const after = working.readUpTo({ sender, recipient })?.position ?? 0;
  const upTo = Math.max(0, ...facts.filter(isAccepted).map(({ at }) => at));
  return upTo > after ? [{ sender, recipient, after, upTo }] : [];
}

/** Most updates have none, and this runs for every item of the feed. */
function hasMarker({ messages }: Loaded, news: readonly News[]): boolean {
  return (
    news.some(({ facts }) => facts.some(isMarker)) ||
    messages.some(({ tracked }) => tracked.record.facts.some(isMarker))
  );
}

function isMarker(fact: Fact): boolean {
  return fact.kind === 'displayed' && !isWithheld(fact);
}

function isAccepted({ kind }: Fact): boolean {
  return kind === 'accepted';
}

function originsIn(key: MessageKey, facts: readonly Fact[]): readonly MessageKey[] {
  const origins: MessageKey[] = [];
  for (const fact of facts)
    if (fact.kind === 'accepted' && fact.originId !== undefined && fact.originId !== key.id)
      origins.push({ ...key, id: fact.originId });
  return origins;
}

function isOldNews(
  { tracked: before, wake: wakeBefore, server: serverBefore }: Entry,
  { tracked, receipts, withdrawn, wake, server }: Verdict,
): boolean {
  return (
    tracked.record === before.record &&
    tracked.told === before.told &&
    tracked.ticked === before.ticked &&
    tracked.asked === before.asked &&
    tracked.watched === before.watched &&
    receipts.length + withdrawn.length === 0 &&
    wake === wakeBefore &&
    (serverBefore === undefined || server === serverBefore)
  );
}

/** What follows from the steps. Most updates have none. */
export async function questionsAfter(
  rows: QuestionPort,
  steps: readonly QuestionStep[],
  { now }: Pick<UpdateOptions, 'now'>,
): Promise<StepsTaken> {
  if (steps.length === 0) return { changes: NO_QUESTION_CHANGES, notAsked: [] };
  return takeSteps(await rows.load(questionsFor(steps)), steps, now);
}
