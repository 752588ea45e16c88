import type { BareJid } from '../message/jid.ts';
import { keyText, type MessageKey } from '../message/key.ts';
import { EMPTY_RECORD } from '../message/record.ts';
import type { ReadUpTo } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import { type Mentions, NO_MENTIONS } from '../receipt/mentions.ts';
import { NO_PREFERENCES, type Preferences } from '../receipt/preferences.ts';
import type { Tick } from '../receipt/tick.ts';
import type { Told, Tracked } from '../receipt/tracked.ts';
import { isWithdrawn } from '../receipt/withdrawal.ts';
import type { ChangedMessage, Changes, NewReceipt, NewTick, UsedAlias } from './adapter.ts';
import {
  type CoveredRange,
  type Loaded,
  type LoadedMessage,
  type Mark,
  type Mentioned,
  type Pair,
  pairText,
  type UnsentReceipt,
} from './message-port.ts';
import type { QuestionChanges } from './question-port.ts';
import type { Verdict } from './record-store.ts';

/** A message as this transaction has it by now. */
export interface Entry {
  /** Its key as one text. It is made once: to make it and to hash it takes long. */
  readonly text: string;
  readonly tracked: Tracked;
  readonly position: Stamp | undefined;
  readonly wake: Millis | undefined;
  readonly server: string | undefined;
  /** `undefined`: there is no such message yet. */
  readonly firstSeen: Millis | undefined;
  /** There was no such message when the transaction began. */
  readonly isNew: boolean;
  readonly unsent: readonly (UnsentReceipt | MadeReceipt)[];
}

interface MadeReceipt extends Told, NewReceipt {}

/** What is kept of a verdict in the entry of its message. */
type Kept = Pick<Verdict, 'tracked' | 'position' | 'wake' | 'server' | 'receipts' | 'withdrawn'>;

/** What was loaded, with what was learned since; nothing is saved before all is known. */
export class WorkingSet {
  readonly #now: Millis;
  readonly #preferences: ReadonlyMap<BareJid, Preferences>;
  readonly #forgotten: ReadonlyMap<BareJid, Stamp>;
  readonly #entries = new Map<string, Entry>();
  readonly #aliases = new Map<string, string>();
  readonly #marks = new Map<string, ReadUpTo>();
  readonly #mentions = new Map<string, Mentions>();
  /** The messages of the pairs whose markers may cover some. */
  readonly #conversations = new Map<string, Set<MessageKey>>();
  readonly #removed = new Map<string, MessageKey>();
  readonly #changed = new Map<string, ChangedMessage>();
  readonly #usedAliases: UsedAlias[] = [];
  readonly #newMarks = new Map<string, Mark>();
  readonly #newMentions = new Map<string, Mentioned>();
  readonly #withdrawnReceipts: UnsentReceipt[] = [];
  readonly #receipts = new Set<NewReceipt>();
  readonly #withdrawnTicks: MessageKey[] = [];
  #ticks: NewTick[] = [];

  constructor(loaded: Loaded, now: Millis) {
    const { messages, aliases, marks, mentioned, preferences, forgotten } = loaded;
    this.#now = now;
    this.#preferences = preferences;
    this.#forgotten = forgotten;
    this.#addLoaded(messages);
    for (const { alias, id } of aliases) this.#aliases.set(keyText(alias), id);
    for (const mark of marks) this.#marks.set(pairText(mark), mark.readUpTo);
    for (const pair of mentioned) this.#mentions.set(pairText(pair), pair.mentions);
  }

  /** The message of that key, one that is empty if there is none. */
  get(key: MessageKey): Entry {
    const text = keyText(key);
    return this.#entries.get(text) ?? emptyEntry(key, text);
  }

  /** The message of that id or, if there is none, of that alias. */
  resolve(key: MessageKey): Entry {
    const entry = this.get(key);
    if (entry.firstSeen !== undefined) return entry;
    const id = this.#aliases.get(entry.text);
    return id === undefined ? entry : this.get({ ...key, id });
  }

  /** An answer may name the message by an alias; the message itself never does. */
  named(key: MessageKey, isItself: boolean): Entry {
    return isItself ? this.get(key) : this.resolve(key);
  }

  chosenBy(account: BareJid): Preferences {
    return this.#preferences.get(account) ?? NO_PREFERENCES;
  }

  /** When one of the two was deleted, the later time; 0: neither was. */
  forgottenAt({ sender, recipient }: Pair): Stamp {
    if (this.#forgotten.size === 0) return 0;
    return Math.max(this.#forgotten.get(sender) ?? 0, this.#forgotten.get(recipient) ?? 0);
  }

  readUpTo(pair: Pair): ReadUpTo | undefined {
    return this.#marks.size === 0 ? undefined : this.#marks.get(pairText(pair));
  }

  setReadUpTo({ sender, recipient }: Pair, readUpTo: ReadUpTo): void {
    const text = pairText({ sender, recipient });
    this.#marks.set(text, readUpTo);
    this.#newMarks.set(text, { sender, recipient, readUpTo });
  }

  mentions(pair: Pair): Mentions {
    return this.#mentions.size === 0
      ? NO_MENTIONS
      : (this.#mentions.get(pairText(pair)) ?? NO_MENTIONS);
  }

  setMentions({ sender, recipient }: Pair, mentions: Mentions): void {
    const text = pairText({ sender, recipient });
    this.#mentions.set(text, mentions);
    this.#newMentions.set(text, { sender, recipient, mentions });
  }

  /** Receipts of the message are made, and those taken back that have not left. */
  put(entry: Entry, { tracked, position, wake, server, receipts, withdrawn }: Kept): void {
    const { text, isNew } = entry;
    const firstSeen = entry.firstSeen ?? this.#now;
    const left = this.#withdrawn(entry.unsent, withdrawn, position ?? 0);
    const unsent = receipts.length === 0 ? left : [...left, ...this.#made(receipts)];
    const changed = { text, tracked, position, wake, server, firstSeen, isNew, unsent };
    this.#entries.set(text, changed);
    this.#changed.set(text, changed);
    if (entry.firstSeen === undefined && this.#conversations.size > 0) this.#join(tracked.key);
  }

  remove(key: MessageKey): void {
    const text = keyText(key);
    if (this.#entries.delete(text)) this.#removed.set(text, key);
    this.#changed.delete(text);
  }

  addAlias(key: MessageKey, alias: MessageKey): void {
    const text = keyText(alias);
    if (!this.#aliases.has(text)) this.#aliases.set(text, key.id);
    this.#usedAliases.push({ alias, id: key.id, usedAt: this.#now });
  }

  #made(receipts: readonly NewReceipt[]): readonly MadeReceipt[] {
    return receipts.map(({ receipt, due }) => {
      const { status, messageAt: at, audience } = receipt;
      const made = { receipt, due, status, at, audience };
      this.#receipts.add(made);
      return made;
    });
  }

  /** Takes receipts back, but for those of older messages with the same key; answers what is left. */
  #withdrawn(unsent: Entry['unsent'], withdrawn: Kept['withdrawn'], since: Stamp): Entry['unsent'] {
    if (withdrawn.length === 0) return unsent;
    const goes = (receipt: Told) => receipt.at >= since && isWithdrawn(receipt, withdrawn);
    for (const receipt of unsent.filter(goes)) {
      if ('number' in receipt) this.#withdrawnReceipts.push(receipt);
      else this.#receipts.delete(receipt);
    }
    return unsent.filter((receipt) => !goes(receipt));
  }

  addTick(tick: Tick): void {
    this.#ticks.push({ tick, due: this.#now });
  }

  withdrawTicks(key: MessageKey): void {
    const text = keyText(key);
    this.#ticks = this.#ticks.filter(({ tick }) => keyText(tick.key) !== text);
    this.#withdrawnTicks.push(key);
  }

  /** Adds the messages that markers may cover. Messages loaded before are unchanged. */
  addCovered(pairs: readonly Pair[], messages: readonly LoadedMessage[]): void {
    this.#addLoaded(messages);
    for (const pair of pairs) this.#conversations.set(pairText(pair), new Set());
    for (const { tracked } of this.#entries.values()) this.#join(tracked.key);
  }

  /** The messages that stand in that part of their conversation, in their order. */
  coveredBy(range: CoveredRange): readonly MessageKey[] {
    const keys = this.#conversations.get(pairText(range)) ?? [];
    return [...keys]
      .map((key) => ({ key, position: this.get(key).position ?? 0 }))
      .filter(({ position }) => position > range.after && position <= range.upTo)
      .sort((a, b) => a.position - b.position)
      .map(({ key }) => key);
  }

  #addLoaded(messages: readonly LoadedMessage[]): void {
    for (const { tracked, position, wake, server, firstSeen, unsent } of messages) {
      const text = keyText(tracked.key);
      const isNew = false;
      const entry = { text, tracked, position, wake, server, firstSeen, isNew, unsent };
      this.#entries.set(text, entry);
    }
  }

  #join(key: MessageKey): void {
    this.#conversations.get(pairText(key))?.add(key);
  }

  changes(questions: QuestionChanges): Changes {
    return {
      removed: [...this.#removed.values()],
      messages: [...this.#changed.values()],
      aliases: this.#usedAliases,
      marks: [...this.#newMarks.values()],
      mentioned: [...this.#newMentions.values()],
      withdrawnReceipts: this.#withdrawnReceipts,
      receipts: [...this.#receipts],
      withdrawnTicks: this.#withdrawnTicks,
      ticks: this.#ticks,
      questions,
    };
  }
}

function emptyEntry(key: MessageKey, text: string): Entry {
  return {
    text,
    tracked: { key, record: EMPTY_RECORD, told: [] },
    position: undefined,
    wake: undefined,
    server: undefined,
    firstSeen: undefined,
    isNew: true,
    unsent: [],
  };
}
