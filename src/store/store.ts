import type { ContactStore } from './contact-store.ts';
import type { LimitStore } from './limit-store.ts';
import type { NoticeStore } from './notice-store.ts';
import type { PreferenceStore } from './preference-store.ts';
import type { AskingStore, QuestionStore } from './question-store.ts';
import type { ReceiptStore } from './receipt-store.ts';
import type { OpenStore, RecordStore } from './record-store.ts';
import type { ReminderStore } from './reminder-store.ts';
import type { SurveyStore } from './survey-store.ts';
import type { TickStore } from './tick-store.ts';
import type { UpkeepStore } from './upkeep-store.ts';
import type { WatchStore } from './watch-store.ts';

/**
 * Everything that must survive a crash, in parts.
 *
 * For every verb of a part this holds, and is not repeated there:
 * - A verb does all that it says or nothing. What it changed is kept when its promise resolves.
 * - It rejects with StoreUnavailable if the store cannot do its work now: an expected failure, try
 *   again later. Any other error is our bug, in what was given to the verb or in the store.
 * - What is not there is no error: the answer says so, and nothing changes.
 * - Several daemons may share a store, each with a component and user domains of its own: ours are
 *   those that the store was opened with. A verb is about all that the store holds, whoever made
 *   it, unless it says that it is about ours. In a store with one daemon everything is ours.
 * - `Millis` are milliseconds of our own time, `Stamp` are microseconds of a server. `limit` is the
 *   maximum number of things in the answer.
 */
export interface Store {
  /** What happened to messages: facts come in here. */
  readonly records: RecordStore;
  /** Messages of which more is awaited. */
  readonly open: OpenStore;
  /** What senders are to be told. */
  readonly receipts: ReceiptStore;
  /** What is to be delivered on behalf of recipients. */
  readonly ticks: TickStore;
  /** Which recipients are to be asked now. */
  readonly asking: AskingStore;
  /** What waits for an answer of its recipient. */
  readonly questions: QuestionStore;
  /** Messages whose senders want to hear if nothing comes of them. */
  readonly watches: WatchStore;
  /** What these senders are to be told. */
  readonly notices: NoticeStore;
  /** Which recipients they want to be reminded. */
  readonly reminders: ReminderStore;
  /** What users chose. */
  readonly preferences: PreferenceStore;
  /** Who sees whether we are online. */
  readonly contacts: ContactStore;
  /** What the server does not take. */
  readonly limits: LimitStore;
  /** What an operator wants to know of many messages. */
  readonly survey: SurveyStore;
  /** Forgetting and counting. */
  readonly upkeep: UpkeepStore;
  /** Waits for what was begun. Every verb rejects from then on. */
  close(): Promise<void>;
}

/** Expected failure: the store cannot be opened or used now. The message says what to do. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
