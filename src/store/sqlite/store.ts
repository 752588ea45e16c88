import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { PreferenceStore } from '../preference-store.ts';
import type { QuestionStore } from '../question-store.ts';
import type { Claim, Found, News, Parcel, PruneLimits, Store, UpdateOptions } from '../store.ts';
import type { TickStore } from '../tick-store.ts';
import { forgetAccount } from './accounts.ts';
import { countBacklog } from './backlog.ts';
import { type Database, openDatabase } from './database.ts';
import { Messages } from './messages.ts';
import { PreferenceRows } from './preferences.ts';
import { prune } from './prune.ts';
import { QuestionRows } from './questions.ts';
import { ReceiptRows } from './receipts.ts';
import { TickRows } from './ticks.ts';
import { inTransaction, inTransactions } from './transactions.ts';
import { updateMessages } from './update.ts';

/** The embedded store: one file, nothing to set up. `:memory:` for tests. Throws StoreUnavailable. */
export function openSqliteStore(path: string): Store {
  return new SqliteStore(openDatabase(path));
}

class SqliteStore implements Store {
  readonly preferences: PreferenceStore;
  readonly questions: QuestionStore;
  readonly ticks: TickStore;
  readonly #database: Database;
  readonly #messages: Messages;
  readonly #outbox: ReceiptRows;
  readonly #preferences: PreferenceRows;
  readonly #questions: QuestionRows;
  readonly #ticks: TickRows;

  constructor(database: Database) {
    this.#database = database;
    this.#messages = new Messages(database);
    this.#preferences = new PreferenceRows(database);
    this.#outbox = new ReceiptRows(database, this.#preferences);
    this.#questions = new QuestionRows(database);
    this.#ticks = new TickRows(database);
    this.preferences = inTransactions(database, this.#preferences, [
      'get',
      'change',
      'version',
      'changedSince',
      'withPolicy',
    ]);
    this.questions = inTransactions(database, this.#questions, [
      'claim',
      'settle',
      'show',
      'remind',
      'unask',
      'waiting',
      'shownOf',
      'messagesOf',
    ]);
    this.ticks = inTransactions(database, this.#ticks, ['claim', 'settle', 'postpone']);
  }

  async update(news: readonly News[], options: UpdateOptions) {
    const tables = {
      messages: this.#messages,
      outbox: this.#outbox,
      preferences: this.#preferences,
      questions: this.#questions,
      ticks: this.#ticks,
    };
    return this.#inTransaction(() => updateMessages(tables, news, options));
  }

  async find(key: MessageKey) {
    const kept = this.#messages.find(key);
    return kept === undefined ? undefined : this.#withRecipient(kept);
  }

  async latest(sender: BareJid, recipient: BareJid | undefined, limit: number) {
    const keys =
      recipient === undefined
        ? this.#messages.latest(sender, limit)
        : this.#messages.latestTo(sender, recipient, limit);
    return keys.flatMap((key) => {
      const kept = this.#messages.find(key);
      return kept === undefined ? [] : [this.#withRecipient(kept)];
    });
  }

  async due(now: Millis, limit: number) {
    return this.#messages.due(now, limit);
  }

  async claim(claim: Claim) {
    return this.#inTransaction(() => this.#outbox.claim(claim));
  }

  async settle(parcelIds: readonly string[], now: Millis) {
    this.#inTransaction(() => {
      for (const id of parcelIds) this.#outbox.settle(id, now);
    });
  }

  async postpone(parcel: Pick<Parcel, 'id' | 'to'>, until: (tries: number) => Millis | undefined) {
    return this.#inTransaction(() => this.#outbox.postpone(parcel, until));
  }

  async forget(account: BareJid, at: Stamp) {
    this.#inTransaction(() => {
      forgetAccount(this.#database, account, at);
      this.#preferences.forget(account, at / 1000);
    });
  }

  async prune(limits: PruneLimits) {
    return this.#inTransaction(() => prune(this.#database, this.#questions, limits));
  }

  async backlog() {
    return countBacklog(this.#database);
  }

  async close() {
    this.#database.close();
  }

  #withRecipient(kept: Omit<Found, 'recipient'>): Found {
    return { ...kept, recipient: this.#preferences.get(kept.tracked.key.recipient) };
  }

  #inTransaction<Result>(work: () => Result): Result {
    return inTransaction(this.#database, work);
  }
}
