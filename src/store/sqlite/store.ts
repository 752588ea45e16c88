import type { StoreAdapter, Transaction, UpkeepPort } from '../adapter.ts';
import type { MessagePort } from '../message-port.ts';
import type { OpenPort } from '../open-port.ts';
import type { Store } from '../store.ts';
import { storeOver } from '../store-over-adapter.ts';
import { AccountRows } from './accounts.ts';
import { countBacklog } from './backlog.ts';
import { Checkpoints } from './checkpoints.ts';
import { ClockRow } from './clock.ts';
import { ContactRows } from './contacts.ts';
import {
  attempt,
  type Database,
  LOGGED_PAGES,
  markClosed,
  openDatabase,
  waitNoMore,
} from './database.ts';
import { GapRows } from './gaps.ts';
import { LimitRows } from './limits.ts';
import { loadCovered, loadMessages } from './loading.ts';
import { MarkRows } from './marks.ts';
import { MentionRows } from './mentions.ts';
import { MessageRows } from './messages.ts';
import { PreferenceRows } from './preferences.ts';
import { Pruning } from './prune.ts';
import { QuestionRows } from './questions.ts';
import { ReceiptRows } from './receipts.ts';
import { respell } from './respelling.ts';
import { type SavedRows, saveChanges } from './saving.ts';
import { SurveyRows } from './survey.ts';
import { TickRows } from './ticks.ts';
import { Transactions } from './transactions.ts';
import { WatchRows } from './watches.ts';

/**
 * The embedded store: one file, nothing to set up. `:memory:` for tests. Throws StoreUnavailable.
 */
export function openSqliteStore(path: string, options: SqliteOptions = {}): Store {
  return storeOver(openSqlite(path, options));
}

export interface SqliteOptions {
  /** How large the write-ahead log may become, in pages of 4 KB. */
  readonly loggedPages?: number;
  /** Called when it has become twice as large, because another program reads an old state. */
  readonly onGrown?: (bytes: number) => void;
  /** Ours: addresses that were kept in another spelling are brought to that of these domains. */
  readonly domains?: readonly string[];
}

/** Opens a connection to the file. Throws StoreUnavailable. */
export function openSqlite(
  path: string,
  { loggedPages = LOGGED_PAGES, onGrown = () => {}, domains }: SqliteOptions = {},
): StoreAdapter {
  const database = openDatabase(path, loggedPages);
  const transactions = prepared(database, path, domains);
  const checkpoints = new Checkpoints(database, path, { most: 2 * loggedPages, onGrown });
  return {
    read: (work) => transactions.run('BEGIN DEFERRED', work),
    write: (work) => transactions.run('BEGIN IMMEDIATE', work),
    room: () => checkpoints.room(),
    close: async () => {
      await checkpoints.stop();
      await transactions.close(() => markClosed(database));
    },
  };
}

/** Prepares the statements, which shows whether the tables are those that this version expects. */
function prepared(database: Database, path: string, domains?: readonly string[]): Transactions {
  try {
    return attempt(path, () => {
      if (domains !== undefined) respell(database, domains);
      waitNoMore(database);
      return transactionsOn(database);
    });
  } catch (error) {
    // An open connection would keep the file busy.
    database.close();
    throw error;
  }
}

function transactionsOn(database: Database): Transactions {
  const rows = rowsOn(database);
  const onUndone = () => rows.receipts.forgetRemembered();
  return new Transactions(database, transactionOn(database, rows), onUndone);
}

/** The rows, which belong to whichever transaction runs. */
function transactionOn(database: Database, rows: SavedRows): Transaction {
  const { receipts, ticks, questions, preferences } = rows;
  const watches = new WatchRows(database);
  return {
    messages: messagesOn(rows),
    open: openOn(rows.messages),
    receipts,
    ticks,
    asking: questions,
    questions,
    longQuestions: questions,
    preferences,
    watches,
    watchQueue: watches,
    contacts: new ContactRows(database),
    limits: new LimitRows(database),
    survey: new SurveyRows(database),
    upkeep: upkeepOn(database, rows),
    save: (changes) => saveChanges(rows, changes),
  };
}

function messagesOn(rows: SavedRows): MessagePort {
  const { messages } = rows;
  return {
    load: (wanted) => loadMessages(rows, wanted),
    loadCovered: (ranges) => loadCovered(rows, ranges),
    latest: (sender, recipient, limit) => messages.latest(sender, recipient, limit),
    newest: (about, limit) => messages.newest(about, limit),
  };
}

function openOn(messages: MessageRows): OpenPort {
  return {
    due: (now, limit) => messages.due(now, limit),
    to: (recipient, after, limit) => messages.openTo(recipient, after, limit),
    kept: (after, limit) => messages.kept(after, limit),
    hasten: (now, until, limit) => messages.hasten(now, until, limit),
    lookLater: (key, at) => messages.lookLater(key, at),
  };
}

function upkeepOn(database: Database, { receipts, questions }: SavedRows): UpkeepPort {
  const accounts = new AccountRows(database, receipts);
  const pruning = new Pruning(database, questions);
  const clock = new ClockRow(database);
  const gaps = new GapRows(database);
  return {
    forget: (account, at) => accounts.forget(account, at),
    prune: (limits) => pruning.removeSome(limits),
    backlog: () => countBacklog(database),
    clock: () => clock.kept(),
    keepClock: (kept) => clock.keep(kept),
    gaps: () => gaps.all(),
    noteGap: (domain, upTo) => gaps.note(domain, upTo),
  };
}

function rowsOn(database: Database): SavedRows {
  return {
    messages: new MessageRows(database),
    marks: new MarkRows(database),
    mentions: new MentionRows(database),
    preferences: new PreferenceRows(database),
    receipts: new ReceiptRows(database),
    questions: new QuestionRows(database),
    ticks: new TickRows(database),
  };
}
