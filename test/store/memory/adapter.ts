import type { StoreAdapter, Transaction, Work } from '../../../src/store/adapter.ts';
import { StoreConflict } from '../../../src/store/conflict.ts';
import { type Store, StoreUnavailable } from '../../../src/store/store.ts';
import { storeOver } from '../../../src/store/store-over-adapter.ts';
import { Chance } from './chance.ts';
import { contactsIn } from './contacts.ts';
import { MemoryDatabase, type Opening, type Tables } from './database.ts';
import { messagesIn } from './messages.ts';
import { openIn } from './open.ts';
import { preferencesIn } from './preferences.ts';
import { askingIn, longQuestionsIn, questionsIn } from './questions.ts';
import { receiptsIn } from './receipts.ts';
import { saveChanges } from './saving.ts';
import { surveyIn } from './survey.ts';
import { ticksIn } from './ticks.ts';
import { upkeepIn } from './upkeep.ts';
import { watchesIn } from './watches.ts';

/** How often a transaction is refused though nothing was in its way. */
const REFUSED = 0.1;

/** A database as if over a network, and how to open it: by several at once, each of them late. */
export class MemoryPlace {
  readonly #chance: Chance;
  readonly #database: MemoryDatabase;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
    this.#database = new MemoryDatabase(`memory0${seed}`);
  }

  open(): Store {
    return storeOver(this.connect());
  }

  connect(): StoreAdapter {
    this.#database.open();
    return new MemoryAdapter(this.#database, this.#chance);
  }
}

class MemoryAdapter implements StoreAdapter {
  readonly #database: MemoryDatabase;
  readonly #chance: Chance;
  #isClosed = false;

  constructor(database: MemoryDatabase, chance: Chance) {
    this.#database = database;
    this.#chance = chance;
  }

  async write<Result>(work: Work<Result>): Promise<Result> {
    const snapshot = this.#database.begin();
    const result = await this.#run(work, snapshot.tables);
    this.#database.commit(snapshot);
    return result;
  }

  read<Result>(work: Work<Result>): Promise<Result> {
    return this.#run(work, this.#database.begin().tables);
  }

  room(): Promise<void> {
    return this.#chance.wait();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  async #run<Result>(work: Work<Result>, tables: Tables): Promise<Result> {
    if (this.#isClosed) throw new StoreUnavailable('store: closed');
    await this.#chance.wait();
    const result = await work(this.#late(transactionOn(tables, this.#database.openings)));
    await this.#chance.wait();
    if (this.#chance.isLess(REFUSED))
      throw new StoreConflict('could not serialize access (40001)', { remedy: 'Try again' });
    return result;
  }

  /** Every verb is a round trip. */
  #late({ save, ...ports }: Transaction): Transaction {
    const late = Object.entries(ports).map(([name, port]) => [name, this.#latePort(port)]);
    return { ...Object.fromEntries(late), save: this.#lateVerb(save) };
  }

  #latePort(port: object): object {
    return Object.fromEntries(
      Object.entries(port).map(([name, verb]) => [name, this.#lateVerb(verb)]),
    );
  }

  #lateVerb<Values extends readonly unknown[], Result>(verb: (...values: Values) => Result) {
    return async (...values: Values) => {
      await this.#chance.wait();
      const result = await verb(...values);
      await this.#chance.wait();
      return result;
    };
  }
}

function transactionOn(tables: Tables, openings: readonly Opening[]): Transaction {
  return {
    messages: messagesIn(tables),
    open: openIn(tables),
    receipts: receiptsIn(tables),
    ticks: ticksIn(tables),
    asking: askingIn(tables),
    questions: questionsIn(tables),
    longQuestions: longQuestionsIn(tables),
    preferences: preferencesIn(tables, openings),
    watches: watchesIn(tables),
    watchQueue: watchesIn(tables),
    contacts: contactsIn(tables),
    limits: {
      get: (domain) => tables.limits.get(domain),
      keep: (limit) => tables.limits.set(limit.domain, limit),
    },
    survey: surveyIn(tables),
    upkeep: upkeepIn(tables),
    save: (changes) => saveChanges(tables, changes),
  };
}
