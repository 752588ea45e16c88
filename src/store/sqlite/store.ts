import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Claim, Millis, News, PruneLimits, Store, UpdateOptions } from '../store.ts';
import { forgetAccount } from './accounts.ts';
import { type Database, openDatabase } from './database.ts';
import { Messages } from './messages.ts';
import { Outbox } from './outbox.ts';
import { prune } from './prune.ts';
import { updateMessages } from './update.ts';

/** The embedded store: one file, nothing to set up. `:memory:` for tests. Throws StoreUnavailable. */
export function openSqliteStore(path: string): Store {
  return new SqliteStore(openDatabase(path));
}

class SqliteStore implements Store {
  readonly #database: Database;
  readonly #messages: Messages;
  readonly #outbox: Outbox;

  constructor(database: Database) {
    this.#database = database;
    this.#messages = new Messages(database);
    this.#outbox = new Outbox(database);
  }

  async update(news: readonly News[], options: UpdateOptions) {
    const tables = { messages: this.#messages, outbox: this.#outbox };
    return this.#inTransaction(() => updateMessages(tables, news, options));
  }

  async find(key: MessageKey) {
    return this.#messages.find(key);
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

  async postpone(parcelId: string, until: (tries: number) => Millis | undefined) {
    return this.#inTransaction(() => this.#outbox.postpone(parcelId, until));
  }

  async forget(account: BareJid, at: number) {
    this.#inTransaction(() => forgetAccount(this.#database, account, at));
  }

  async prune(limits: PruneLimits) {
    return this.#inTransaction(() => prune(this.#database, limits));
  }

  async close() {
    this.#database.close();
  }

  #inTransaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work).immediate();
  }
}
