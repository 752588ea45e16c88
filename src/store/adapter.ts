import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Tick } from '../receipt/tick.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { ContactStore } from './contact-store.ts';
import type { LimitStore } from './limit-store.ts';
import type { LongQuestionPort } from './long-question-port.ts';
import type {
  Alias,
  Mark,
  Mentioned,
  MessagePort,
  StoredMessage,
  UnsentReceipt,
} from './message-port.ts';
import type { OpenPort } from './open-port.ts';
import type { PreferencePort } from './preference-port.ts';
import { NO_QUESTION_CHANGES, type QuestionChanges, type QuestionPort } from './question-port.ts';
import type { AskingStore } from './question-store.ts';
import type { ReceiptPort } from './receipt-port.ts';
import type { SurveyPort } from './survey-port.ts';
import type { TickStore } from './tick-store.ts';
import type { PruneLimits, Removed, UpkeepStore } from './upkeep-store.ts';
import type { WatchPort } from './watch-port.ts';
import type { WatchQueuePort } from './watch-queue-port.ts';

/**
 * What a database must do to be a store; everything else is written once, in this folder.
 *
 * `write` and `read` run the work in one serializable transaction: it sees nothing of others that
 * is not committed, and all of it is kept or nothing. It is committed when their promise resolves.
 * They reject
 * - with StoreConflict if another transaction was in the way: nothing is kept, and the same work
 *   may be run again from its beginning, so it has no effect but through the transaction;
 * - with StoreUnavailable if the database is away, full, damaged or may not be written;
 * - with the error of the work if that fails.
 */
export interface StoreAdapter {
  /** Runs work that changes something. */
  write<Result>(work: Work<Result>): Promise<Result>;
  /** Runs work that changes nothing. */
  read<Result>(work: Work<Result>): Promise<Result>;
  /** Resolves when the database is ready for more: for those who write as fast as they can. */
  room(): Promise<void>;
  /** Waits for the transactions that were begun; those that come later reject. */
  close(): Promise<void>;
}

/**
 * What is done in one transaction. The work must not call a verb of its own store: that verb waits
 * until this transaction has ended, so both would wait for ever.
 */
export type Work<Result> = (transaction: Transaction) => Promise<Result>;

/** The rows of the store by what they are about, and one verb that saves what was learned. */
export interface Transaction {
  readonly messages: MessagePort;
  readonly open: OpenPort;
  readonly receipts: ReceiptPort;
  readonly ticks: Within<TickStore>;
  readonly asking: Within<AskingStore>;
  readonly questions: QuestionPort;
  readonly longQuestions: LongQuestionPort;
  readonly preferences: PreferencePort;
  readonly watches: WatchPort;
  readonly watchQueue: WatchQueuePort;
  readonly contacts: Within<ContactStore>;
  readonly limits: Within<LimitStore>;
  readonly survey: SurveyPort;
  readonly upkeep: UpkeepPort;
  /** Keeps all of these changes, with the rest of the transaction. */
  save(changes: Changes): Awaitable<void>;
}

/** What a transaction saves, in the order of the names. */
export interface Changes {
  /** Messages that go: their facts are in others now. */
  readonly removed: readonly MessageKey[];
  /** New ones, and others as they are now. When a message was first seen never changes. */
  readonly messages: readonly ChangedMessage[];
  /** An alias that stands for another message already stays as it is. */
  readonly aliases: readonly UsedAlias[];
  readonly marks: readonly Mark[];
  /** Where nothing is mentioned any more, nothing is kept. */
  readonly mentioned: readonly Mentioned[];
  readonly withdrawnReceipts: readonly UnsentReceipt[];
  readonly receipts: readonly NewReceipt[];
  /** Messages whose ticks are needless. An order that is lent may be under way: it stays. */
  readonly withdrawnTicks: readonly MessageKey[];
  readonly ticks: readonly NewTick[];
  readonly questions: QuestionChanges;
}

export interface ChangedMessage extends StoredMessage {
  /** It was looked for in this transaction, and was not there. */
  readonly isNew?: boolean;
}

export interface UsedAlias extends Alias {
  readonly usedAt: Millis;
}

export interface NewReceipt {
  readonly receipt: Receipt;
  readonly due: Millis;
}

export interface NewTick {
  readonly tick: Tick;
  readonly due: Millis;
}

/**
 * Removing what is not kept any more, and counting what waits. The verbs of the store with the same
 * names promise the same.
 */
export interface UpkeepPort
  extends Within<Pick<UpkeepStore, 'backlog' | 'clock' | 'keepClock' | 'gaps' | 'noteGap'>> {
  /**
   * Removes a chunk of what is known of an account up to that stamp, but for what it chose. The
   * stamp is kept.
   */
  forget(account: BareJid, at: Stamp): Awaitable<Removed>;
  /**
   * Removes a chunk of what the limits let go. Questions about removed messages are not closed
   * here: `unasked` names the messages.
   */
  prune(limits: PruneLimits): Awaitable<Pruned>;
}

/** What one call removed, and what follows for questions. */
export interface Pruned extends Removed {
  /** Messages that nobody is to be asked about any more: they went, or waited too long. */
  readonly unasked: readonly MessageKey[];
}

export const NO_CHANGES: Changes = {
  removed: [],
  messages: [],
  aliases: [],
  marks: [],
  mentioned: [],
  withdrawnReceipts: [],
  receipts: [],
  withdrawnTicks: [],
  ticks: [],
  questions: NO_QUESTION_CHANGES,
};
