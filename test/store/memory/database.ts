import type { BareJid } from '../../../src/message/jid.ts';
import type { MessageKey } from '../../../src/message/key.ts';
import type { Millis, Stamp } from '../../../src/message/time.ts';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import type { Receipt } from '../../../src/receipt/receipt.ts';
import type { Tick } from '../../../src/receipt/tick.ts';
import { StoreConflict } from '../../../src/store/conflict.ts';
import type { Contact } from '../../../src/store/contact-store.ts';
import type { KeptLimit } from '../../../src/store/limit-store.ts';
import type { Mark, Mentioned, StoredMessage } from '../../../src/store/message-port.ts';
import type { LastNumber, NewAsked, NewQuestion } from '../../../src/store/question-port.ts';
import type { Gap, KeptClock } from '../../../src/store/upkeep-store.ts';
import type { KeptWatch } from '../../../src/store/watch-store.ts';
import { Table } from './table.ts';

export interface ReceiptRow {
  readonly number: number;
  readonly receipt: Receipt;
  /** Absent: taken by the server. */
  readonly due?: Millis | undefined;
  readonly isLent: boolean;
  /** The stanza that it travels in, once that is decided. */
  readonly parcel?: string | undefined;
  /** Newer receipts that are counted with it. */
  readonly more: number;
  readonly tries: number;
  readonly taken?: Millis | undefined;
}

export interface TickRow {
  readonly number: number;
  readonly tick: Tick;
  readonly due: Millis;
  readonly lease: Millis;
  readonly tries: number;
}

export interface QuestionRow extends Omit<NewQuestion, 'due'> {
  /** Absent: it was put. */
  readonly due?: Millis | undefined;
  readonly lease: Millis;
}

export interface AskedRow extends NewAsked {
  readonly isShown: boolean;
}

export interface PreferenceRow {
  readonly account: BareJid;
  readonly preferences: Preferences;
  readonly number: number;
  readonly changed: Millis;
}

/** All tables of the store. */
export class Tables {
  readonly messages: Table<StoredMessage>;
  readonly aliases: Table<{ alias: MessageKey; id: string; usedAt: Millis }>;
  readonly marks: Table<Mark>;
  readonly mentioned: Table<Mentioned>;
  readonly forgotten: Table<{ account: BareJid; at: Stamp }>;
  readonly receipts: Table<ReceiptRow>;
  readonly ticks: Table<TickRow>;
  readonly questions: Table<QuestionRow>;
  readonly asked: Table<AskedRow>;
  readonly numbers: Table<LastNumber>;
  readonly watches: Table<KeptWatch>;
  readonly preferences: Table<PreferenceRow>;
  readonly contacts: Table<{ contact: Contact; firstSeen: Millis }>;
  readonly clock: Table<KeptClock>;
  readonly gaps: Table<Gap>;
  readonly limits: Table<KeptLimit>;
  /** The last number of each series of numbers. */
  readonly counts: Table<{ last: number }>;

  constructor(from?: Tables) {
    this.messages = new Table(from?.messages);
    this.aliases = new Table(from?.aliases);
    this.marks = new Table(from?.marks);
    this.mentioned = new Table(from?.mentioned);
    this.forgotten = new Table(from?.forgotten);
    this.receipts = new Table(from?.receipts);
    this.ticks = new Table(from?.ticks);
    this.questions = new Table(from?.questions);
    this.asked = new Table(from?.asked);
    this.numbers = new Table(from?.numbers);
    this.watches = new Table(from?.watches);
    this.preferences = new Table(from?.preferences);
    this.contacts = new Table(from?.contacts);
    this.clock = new Table(from?.clock);
    this.gaps = new Table(from?.gaps);
    this.limits = new Table(from?.limits);
    this.counts = new Table(from?.counts);
  }

  next(series: string): number {
    const last = (this.counts.get(series)?.last ?? 0) + 1;
    this.counts.set(series, { last });
    return last;
  }
}

/** A connection, when it was opened: versions of policies are named by it. */
export interface Opening {
  readonly epoch: string;
  readonly began: number;
}

/** What several connections share: the tables as they were committed last. */
export class MemoryDatabase {
  readonly #name: string;
  readonly #openings: Opening[] = [];
  #committed = new Tables();

  constructor(name: string) {
    this.#name = name;
  }

  get openings(): readonly Opening[] {
    return this.#openings;
  }

  open(): void {
    const began = this.#committed.counts.get('policy')?.last ?? 0;
    this.#openings.push({ epoch: `${this.#name}x${this.#openings.length}`, began });
  }

  /** A transaction works on tables of its own. */
  begin(): Snapshot {
    return { tables: new Tables(this.#committed), from: this.#committed };
  }

  /** Serializable, the simplest way: what another transaction committed meanwhile is in the way. */
  commit({ tables, from }: Snapshot): void {
    if (this.#committed !== from)
      throw new StoreConflict('another transaction was quicker', { remedy: 'Write less' });
    this.#committed = tables;
  }
}

export interface Snapshot {
  readonly tables: Tables;
  readonly from: Tables;
}
