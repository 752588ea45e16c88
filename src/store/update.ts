import type { Fact } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import type { ReadUpTo } from '../message/status.ts';
import type { Transaction } from './adapter.ts';
import { type CoveredRange, pairText, type Wanted } from './message-port.ts';
import { type QuestionStep, questionsFor, takeSteps } from './question-book.ts';
import { NO_QUESTION_CHANGES, type QuestionChanges, type QuestionPort } from './question-port.ts';
import type { News, Updated, UpdateOptions, Verdict } from './store.ts';
import { type Entry, WorkingSet } from './working-set.ts';

/** What an update needs of a transaction. */
export type UpdateRows = Pick<Transaction, 'messages' | 'questions' | 'save'>;

/**
 * Applies the news in their order: one load, all judgements in memory, one save. Only markers and
 * questions need a second and a third load, each of them one for the whole batch.
 */
export async function updateMessages(
  rows: UpdateRows,
  news: readonly News[],
  options: UpdateOptions,
): Promise<Updated> {
  const working = new WorkingSet(await rows.messages.load(messagesFor(news)), options.now);
  const update = new Update(working, options);
  for (const item of news) update.apply(item);
  if (update.markers.length > 0) {
    working.add(await rows.messages.loadCovered(update.markers.map(({ range }) => range)));
    update.applyMarkers();
  }
  await rows.save(working.changes(await questionsAfter(rows.questions, update.steps, options)));
  return { verdicts: update.verdicts };
}

/** A marker that covers messages which were not covered before. */
interface Marker {
  readonly range: CoveredRange;
  readonly readUpTo: ReadUpTo;
}

class Update {
  readonly verdicts: Verdict[] = [];
  readonly markers: Marker[] = [];
  readonly steps: QuestionStep[] = [];
  readonly #working: WorkingSet;
  readonly #options: UpdateOptions;

  constructor(working: WorkingSet, options: UpdateOptions) {
    this.#working = working;
    this.#options = options;
  }

  apply({ key, facts }: News): void {
    const remembered = this.#withoutForgotten(key, facts);
    if (facts.length > 0 && remembered.length === 0) return;
    // An answer may name the origin-id; the message itself never does.
    const entry = isItself(facts) ? this.#working.get(key) : this.#working.resolve(key);
    const early = this.#earlyFacts(entry.tracked.key, remembered);
    const learned = early.length === 0 ? remembered : [...remembered, ...early];
    this.#judge(entry, learned, this.#working.readUpTo(key));
  }

  /** XEP-0333 §1: a marker means "up to here". Each message is judged by the marker that covers it. */
  applyMarkers(): void {
    const conversations = conversationsIn(this.#working);
    for (const { range, readUpTo } of this.markers)
      for (const { position = 0, tracked } of conversations.get(pairText(range)) ?? [])
        if (position > range.after && position <= range.upTo)
          this.#judge(this.#working.get(tracked.key), [], readUpTo);
  }

  #withoutForgotten(key: MessageKey, facts: readonly Fact[]): readonly Fact[] {
    const at = this.#working.forgottenAt(key);
    return at === 0 ? facts : facts.filter((fact) => fact.at > at);
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

  #judge(entry: Entry, news: readonly Fact[], readUpTo: ReadUpTo | undefined): void {
    const { key } = entry.tracked;
    const sender = this.#working.chosenBy(key.sender);
    const recipient = this.#working.chosenBy(key.recipient);
    const companions = { readUpTo, unsent: entry.unsent, sender, recipient };
    const verdict = this.#options.judge(entry.tracked, news, companions);
    this.verdicts.push(verdict);
    if (!isOldNews(entry, verdict)) this.#keep(entry, verdict);
    this.#tick(entry, verdict);
    this.#ask(entry, verdict);
    this.#advance(verdict, readUpTo);
  }

  #keep(entry: Entry, verdict: Verdict): void {
    const { withdrawn, receipts, position, tracked } = verdict;
    this.#working.put(entry, verdict);
    if (withdrawn.length > 0) this.#working.withdrawReceipts(tracked.key, withdrawn, position ?? 0);
    for (const made of receipts) this.#working.addReceipt(made);
  }

  /** The tick on the recipient's behalf. */
  #tick({ tracked: before }: Entry, { tracked: { key }, tick }: Verdict): void {
    if (tick.kind === 'order') this.#working.addTick(tick.tick);
    const isNeedless = tick.kind === 'none' && tick.because === 'client-answered';
    if (isNeedless && before.ticked !== undefined) this.#working.withdrawTicks(key);
  }

  /** The question to the recipient. */
  #ask({ tracked: before }: Entry, { tracked: { key, asked }, question }: Verdict): void {
    if (asked === before.asked) return;
    if (before.asked !== undefined) this.steps.push({ kind: 'close', key });
    if (asked === undefined || question === undefined) return;
    this.steps.push({ kind: 'open', key, position: asked, ...question });
  }

  #advance({ tracked: { key }, readUpTo }: Verdict, known: ReadUpTo | undefined): void {
    const after = known?.position ?? 0;
    if (readUpTo === undefined || readUpTo.position <= after) return;
    const { sender, recipient } = key;
    const range = { sender, recipient, after, upTo: readUpTo.position };
    this.#working.setReadUpTo(key, readUpTo);
    this.markers.push({ range, readUpTo });
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

function isItself(facts: readonly Fact[]): boolean {
  return facts.some(({ kind }) => kind === 'accepted');
}

function originsIn(key: MessageKey, facts: readonly Fact[]): readonly MessageKey[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== 'accepted' || fact.originId === undefined) return [];
    return fact.originId === key.id ? [] : [{ ...key, id: fact.originId }];
  });
}

function isOldNews(
  { tracked: before, wake: wakeBefore }: Entry,
  { tracked, receipts, withdrawn, wake }: Verdict,
): boolean {
  return (
    tracked.record === before.record &&
    tracked.ticked === before.ticked &&
    tracked.asked === before.asked &&
    receipts.length + withdrawn.length === 0 &&
    wake === wakeBefore
  );
}

/** The messages of each pair, by where they stand. */
function conversationsIn(working: WorkingSet): ReadonlyMap<string, readonly Entry[]> {
  const conversations = new Map<string, Entry[]>();
  for (const entry of working.all()) {
    const pair = pairText(entry.tracked.key);
    const known = conversations.get(pair);
    if (known === undefined) conversations.set(pair, [entry]);
    else known.push(entry);
  }
  for (const entries of conversations.values())
    entries.sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  return conversations;
}

/** What follows from the steps. Most updates have none. */
export async function questionsAfter(
  rows: QuestionPort,
  steps: readonly QuestionStep[],
  { now }: Pick<UpdateOptions, 'now'>,
): Promise<QuestionChanges> {
  if (steps.length === 0) return NO_QUESTION_CHANGES;
  return takeSteps(await rows.load(questionsFor(steps)), steps, now);
}
