import type { ContactStore } from './contact-store.ts';
import type { LimitStore } from './limit-store.ts';
import type { PreferenceStore } from './preference-store.ts';
import type { AskingStore, QuestionStore } from './question-store.ts';
import type { ReceiptStore } from './receipt-store.ts';
import type { OpenStore, RecordStore } from './record-store.ts';
import type { TickStore } from './tick-store.ts';
import type { UpkeepStore } from './upkeep-store.ts';

/**
 * Everything that must survive a crash, in parts.
 *
 * A verb of a part does all that it says or nothing. What it changed is kept when its promise
 * resolves. It rejects with StoreUnavailable if the store cannot do its work now. Any other error
 * is an error in what was given to the verb.
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
  /** What users chose. */
  readonly preferences: PreferenceStore;
  /** Who sees whether we are online. */
  readonly contacts: ContactStore;
  /** What the server does not take. */
  readonly limits: LimitStore;
  /** Forgetting and counting. */
  readonly upkeep: UpkeepStore;
  /** No verb works from then on. */
  close(): Promise<void>;
}

/** Expected failure: the store cannot be opened or used now. The message says what to do. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
