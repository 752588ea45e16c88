import type { StoreAdapter, Transaction } from '../adapter.ts';
import type { MessagePort } from '../message-port.ts';
import type { OpenPort } from '../open-port.ts';
import type { Store } from '../store.ts';
import type { Fence } from '../store-lock.ts';
import { storeOver } from '../store-over-adapter.ts';
import { makePool } from './connection.ts';
import { loadMessages } from './loading.ts';
import { MessageRows } from './messages.ts';
import { Numbers } from './numbers.ts';
import { beginEpoch, expectWhole } from './opening.ts';
import { OutboxRows } from './outbox.ts';
import { PreferenceRows } from './preferences.ts';
import { QuestionRows } from './questions.ts';
import { ReceiptRows } from './receipts.ts';
import { saveChanges } from './saving.ts';
import { SendersDue } from './senders-due.ts';
import { NOBODY, type Served, serversOf } from './served.ts';
import { contactsIn, limitsIn } from './small-tables.ts';
import type { Sql } from './sql.ts';
import { SurveyRows } from './survey.ts';
import { TickRows } from './ticks.ts';
import { READ, Transactions, WRITE } from './transactions.ts';
import { bringUpToDate } from './up-to-date.ts';
import { upkeepIn } from './upkeep.ts';
import { WatchRows } from './watches.ts';

export interface PostgresOptions {
  /** Connections that one daemon uses at most. */
  readonly connections?: number;
  /** Without one it may write whoever has the database. */
  readonly fence?: Fence | undefined;
  /** Without it nothing that is due is lent: the store is only looked at. */
  readonly served?: Served | undefined;
}

const CONNECTIONS = 8;

/** The store in a PostgreSQL database; several daemons may share it. */
export function openPostgresStore(address: string, options: PostgresOptions = {}): Store {
  return storeOver(openPostgres(address, options));
}

/** The tables are made, or brought up to date, before the first transaction. */
export function openPostgres(
  address: string,
  { connections = CONNECTIONS, fence, served = NOBODY }: PostgresOptions = {},
): StoreAdapter {
  const numbers = new Numbers();
  const transactions = new Transactions(makePool(address, connections), fence);
  const opening = new Opening(() => openFor(address, transactions, served));
  return {
    read: async (work) => {
      await opening.done();
      return transactions.run(READ, (sql) => work(rowsOn(sql, numbers, served)));
    },
    write: async (work) => {
      await opening.done();
      return transactions.run(WRITE, (sql) => work(rowsOn(sql, numbers, served)));
    },
    room: async () => {},
    close: () => transactions.close(),
  };
}

/** Done once; tried again by the next transaction if it fails. */
class Opening {
  readonly #open: () => Promise<void>;
  #done: Promise<void> | undefined;

  constructor(open: () => Promise<void>) {
    this.#open = open;
  }

  done(): Promise<void> {
    this.#done ??= this.#open().catch((error: unknown) => {
      this.#done = undefined;
      throw error;
    });
    return this.#done;
  }
}

async function openFor(
  address: string,
  transactions: Transactions,
  { component }: Served,
): Promise<void> {
  await bringUpToDate(address);
  await transactions.run(WRITE, async (sql) => {
    await expectWhole(sql);
    await beginEpoch(sql, component);
  });
}

function rowsOn(sql: Sql, numbers: Numbers, served: Served): Transaction {
  const { component, domains } = served;
  const senders = new SendersDue(sql, domains);
  const outbox = new OutboxRows(sql, senders, numbers);
  const messages = new MessageRows(sql, serversOf(served));
  const ticks = new TickRows(sql, numbers);
  const watches = new WatchRows(sql, domains);
  const questions = new QuestionRows(sql, domains);
  return {
    messages: messagesIn(sql, messages),
    open: openIn(messages),
    receipts: new ReceiptRows(sql, senders, outbox),
    ticks,
    asking: questions,
    questions,
    longQuestions: questions,
    preferences: new PreferenceRows(sql, component),
    watches,
    watchQueue: watches,
    contacts: contactsIn(sql, component),
    limits: limitsIn(sql),
    survey: new SurveyRows(sql),
    upkeep: upkeepIn(sql, { outbox, senders, questions }, served),
    save: (changes) => saveChanges(sql, { messages, outbox, ticks }, changes),
  };
}

function messagesIn(sql: Sql, messages: MessageRows): MessagePort {
  return {
    load: (wanted) => loadMessages(sql, messages, wanted),
    loadCovered: (ranges) => messages.between(ranges),
    latest: (sender, recipient, limit) => messages.latest(sender, recipient, limit),
    newest: (about, limit) => messages.newest(about, limit),
  };
}

function openIn(messages: MessageRows): OpenPort {
  return {
    due: (now, limit) => messages.due(now, limit),
    to: (recipient, after, limit) => messages.openTo(recipient, after, limit),
    kept: (after, limit) => messages.kept(after, limit),
    hasten: (now, until, limit) => messages.hasten(now, until, limit),
    lookLater: (key, at) => messages.lookLater(key, at),
  };
}
