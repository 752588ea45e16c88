import type { Fact } from '../../message/fact.ts';
import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { ReadUpTo } from '../../message/status.ts';
import type { Stamp } from '../../message/time.ts';
import { NO_PREFERENCES, type Preferences } from '../../receipt/preferences.ts';
import type { News, Updated, UpdateOptions, Verdict } from '../store.ts';
import type { MessageRow, Messages } from './messages.ts';
import type { PreferenceRows } from './preferences.ts';
import type { QuestionRows } from './questions.ts';
import type { ReceiptRows } from './receipts.ts';
import type { TickRows } from './ticks.ts';

interface Tables {
  readonly messages: Messages;
  readonly outbox: ReceiptRows;
  readonly preferences: PreferenceRows;
  readonly questions: QuestionRows;
  readonly ticks: TickRows;
}

/** Applies the news in their order, inside the caller's transaction. */
export function updateMessages(
  tables: Tables,
  news: readonly News[],
  options: UpdateOptions,
): Updated {
  const update = new Update(tables, options);
  for (const item of news) update.apply(item);
  return { verdicts: update.verdicts };
}

class Update {
  readonly verdicts: Verdict[] = [];
  readonly #tables: Tables;
  readonly #options: UpdateOptions;
  readonly #isAnyForgotten: boolean;
  readonly #isAnyPreference: boolean;
  readonly #forgottenAt = new Map<BareJid, Stamp | undefined>();

  constructor(tables: Tables, options: UpdateOptions) {
    this.#tables = tables;
    this.#options = options;
    this.#isAnyForgotten = tables.messages.isAnyForgotten();
    this.#isAnyPreference = tables.preferences.isAny();
    tables.preferences.refresh();
  }

  apply({ key, facts }: News): void {
    const remembered = this.#withoutForgotten(key, facts);
    if (facts.length > 0 && remembered.length === 0) return;
    const kept = this.#find(key, remembered);
    this.#judge(kept, [...remembered, ...this.#earlyFacts(kept, remembered)]);
  }

  /** An answer may name the origin-id; the message itself never does. */
  #find(key: MessageKey, facts: readonly Fact[]): MessageRow {
    const isItself = facts.some(({ kind }) => kind === 'accepted');
    return isItself ? this.#tables.messages.get(key) : this.#tables.messages.resolve(key);
  }

  #withoutForgotten({ sender, recipient }: MessageKey, facts: readonly Fact[]): readonly Fact[] {
    if (!this.#isAnyForgotten) return facts;
    const at = Math.max(this.#forgotten(sender) ?? 0, this.#forgotten(recipient) ?? 0);
    return at === 0 ? facts : facts.filter((fact) => fact.at > at);
  }

  #forgotten(account: BareJid): Stamp | undefined {
    if (!this.#forgottenAt.has(account))
      this.#forgottenAt.set(account, this.#tables.messages.forgottenAt(account));
    return this.#forgottenAt.get(account);
  }

  /** XEP-0359 §2.2: an answer may name the origin-id. What came under it before the message itself is taken over. */
  #earlyFacts({ tracked }: MessageRow, facts: readonly Fact[]): readonly Fact[] {
    return facts.flatMap((fact) => {
      if (fact.kind !== 'accepted' || fact.originId === undefined) return [];
      return this.#takeOver(tracked.key, fact.originId);
    });
  }

  #takeOver(key: MessageKey, originId: string): readonly Fact[] {
    const early = this.#tables.messages.get({ ...key, id: originId });
    if (early.isAccepted) return [];
    this.#tables.messages.addAlias(key, originId, this.#options.now);
    this.#tables.messages.remove(early.tracked.key);
    return early.tracked.record.facts;
  }

  #judge(kept: MessageRow, news: readonly Fact[]): void {
    const { messages, outbox } = this.#tables;
    const { key, told } = kept.tracked;
    const readUpTo = messages.readUpTo(key);
    const unsent = told.length === 0 ? [] : outbox.unsent(key);
    const sender = this.#chosenBy(key.sender);
    const recipient = this.#chosenBy(key.recipient);
    const about = { readUpTo, unsent, sender, recipient };
    const verdict = this.#options.judge(kept.tracked, news, about);
    this.verdicts.push(verdict);
    this.#save(kept, verdict);
    this.#tick(kept, verdict);
    this.#ask(kept, verdict);
    this.#advance(key, { known: readUpTo, marked: verdict.readUpTo });
  }

  #chosenBy(account: BareJid): Preferences {
    return this.#isAnyPreference ? this.#tables.preferences.recall(account) : NO_PREFERENCES;
  }

  #save(kept: MessageRow, verdict: Verdict): void {
    const { tracked, withdrawn, receipts, wake, position } = verdict;
    const { key } = tracked;
    if (isOldNews(kept, verdict) && wake === kept.wake) return;
    this.#tables.messages.put(tracked, { position, wake, born: kept.born ?? this.#options.now });
    this.#tables.outbox.withdraw(key, { statuses: withdrawn, since: position ?? 0 });
    for (const { receipt, due } of receipts) this.#tables.outbox.add(receipt, due);
  }

  /** The tick on the recipient's behalf. */
  #tick({ tracked: before }: MessageRow, { tracked: { key }, tick }: Verdict): void {
    const { ticks } = this.#tables;
    if (tick.kind === 'order') {
      ticks.add(tick.tick, this.#options.now);
    }
    const isNeedless = tick.kind === 'none' && tick.because === 'client-answered';
    if (isNeedless && before.ticked !== undefined) ticks.withdraw(key);
  }

  /** The question to the recipient. */
  #ask({ tracked: before }: MessageRow, { tracked: { key, asked }, question }: Verdict): void {
    const { questions } = this.#tables;
    const { now } = this.#options;
    if (asked === before.asked) return;
    if (before.asked !== undefined) questions.close(key, now);
    if (asked === undefined || question === undefined) return;
    questions.open({ key, position: asked, now, ...question });
  }

  /** XEP-0333 §1: a marker means "up to here". */
  #advance(
    key: MessageKey,
    { known, marked }: { known: ReadUpTo | undefined; marked: ReadUpTo | undefined },
  ): void {
    const from = known?.position ?? Number.NEGATIVE_INFINITY;
    if (marked === undefined || marked.position <= from) return;
    this.#tables.messages.setReadUpTo(key, marked);
    const covered = this.#tables.messages.between(key, from, marked.position);
    for (const other of covered) this.#judge(this.#tables.messages.get(other), []);
  }
}

function isOldNews(
  { tracked: before }: MessageRow,
  { tracked, receipts, withdrawn }: Verdict,
): boolean {
  return (
    tracked.record === before.record &&
    tracked.ticked === before.ticked &&
    tracked.asked === before.asked &&
    receipts.length + withdrawn.length === 0
  );
}
