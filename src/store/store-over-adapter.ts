import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { StoreAdapter, Work } from './adapter.ts';
import { changePreferences, preferencesOf } from './choosing.ts';
import { claimReceipts, postponeParcel } from './claiming.ts';
import { untilNoConflict } from './conflict.ts';
import type { ContactStore } from './contact-store.ts';
import { findMessage, latestMessages } from './finding.ts';
import type { PreferenceStore } from './preference-store.ts';
import type { QuestionStore } from './question-store.ts';
import type { Claim, News, Parcel, PruneLimits, Store, UpdateOptions } from './store.ts';
import type { TickStore } from './tick-store.ts';
import { updateMessages } from './update.ts';
import { forgetAccount, prune } from './upkeep.ts';

/** The store over a database, whichever it is: each verb is one transaction. */
export class StoreOverAdapter implements Store {
  readonly preferences: PreferenceStore;
  readonly questions: QuestionStore;
  readonly ticks: TickStore;
  readonly contacts: ContactStore;
  readonly #adapter: StoreAdapter;

  constructor(adapter: StoreAdapter) {
    this.#adapter = adapter;
    const read: Run = (work) => this.#read(work);
    const write: Run = (work) => this.#write(work);
    this.preferences = preferencesIn(read, write);
    this.questions = questionsIn(read, write);
    this.ticks = ticksIn(write);
    this.contacts = contactsIn(read, write);
  }

  update(news: readonly News[], options: UpdateOptions) {
    return this.#write((rows) => updateMessages(rows, news, options));
  }

  find(key: MessageKey) {
    return this.#read(({ messages }) => findMessage(messages, key));
  }

  latest(sender: BareJid, recipient: BareJid | undefined, limit: number) {
    return this.#read(({ messages }) => latestMessages(messages, { sender, recipient, limit }));
  }

  due(now: Millis, limit: number) {
    return this.#read(async ({ messages }) => messages.due(now, limit));
  }

  lookLater(key: MessageKey, at: Millis) {
    return this.#write(async ({ messages }) => messages.lookLater(key, at));
  }

  claim(claim: Claim) {
    return this.#write(({ receipts }) => claimReceipts(receipts, claim));
  }

  settle(parcelIds: readonly string[], now: Millis) {
    return this.#write(async ({ receipts }) => receipts.settle(parcelIds, now));
  }

  postpone(parcel: Pick<Parcel, 'id' | 'to'>, until: (tries: number) => Millis | undefined) {
    return this.#write(({ receipts }) => postponeParcel(receipts, parcel, until));
  }

  async forget(account: BareJid, at: Stamp) {
    await this.#adapter.room();
    return this.#write((rows) => forgetAccount(rows, account, at));
  }

  async prune(limits: PruneLimits) {
    await this.#adapter.room();
    return this.#write((rows) => prune(rows, limits));
  }

  backlog() {
    return this.#read(async ({ upkeep }) => upkeep.backlog());
  }

  close() {
    return this.#adapter.close();
  }

  #read<Result>(work: Work<Result>): Promise<Result> {
    return untilNoConflict(() => this.#adapter.read(work));
  }

  #write<Result>(work: Work<Result>): Promise<Result> {
    return untilNoConflict(() => this.#adapter.write(work));
  }
}

type Run = <Result>(work: Work<Result>) => Promise<Result>;

function preferencesIn(read: Run, write: Run): PreferenceStore {
  return {
    get: (account) => read(({ preferences }) => preferencesOf(preferences, account)),
    change: (account, change) =>
      write(({ preferences }) => changePreferences(preferences, account, change)),
    version: (domain) => read(async ({ preferences }) => preferences.version(domain)),
    changedSince: (domain, number, limit) =>
      read(async ({ preferences }) => preferences.changedSince(domain, number, limit)),
    withPolicy: (domain, after, limit) =>
      read(async ({ preferences }) => preferences.withPolicy(domain, after, limit)),
  };
}

function questionsIn(read: Run, write: Run): QuestionStore {
  return {
    claim: (claim) => write(async ({ questions }) => questions.claim(claim)),
    settle: (...values) => write(async ({ questions }) => questions.settle(...values)),
    show: (recipient) => write(async ({ questions }) => questions.show(recipient)),
    unask: (...values) => write(async ({ questions }) => questions.unask(...values)),
    remind: (...values) => write(async ({ questions }) => questions.remind(...values)),
    waiting: (recipient) => read(async ({ questions }) => questions.waiting(recipient)),
    shownOf: (...values) => read(async ({ questions }) => questions.shownOf(...values)),
    messagesOf: (recipient) => read(async ({ questions }) => questions.messagesOf(recipient)),
  };
}

function ticksIn(write: Run): TickStore {
  return {
    claim: (claim) => write(async ({ ticks }) => ticks.claim(claim)),
    settle: (numbers) => write(async ({ ticks }) => ticks.settle(numbers)),
    postpone: (...values) => write(async ({ ticks }) => ticks.postpone(...values)),
  };
}

function contactsIn(read: Run, write: Run): ContactStore {
  return {
    add: (contact, now) => write(async ({ contacts }) => contacts.add(contact, now)),
    remove: (contact) => write(async ({ contacts }) => contacts.remove(contact)),
    page: (after, limit) => read(async ({ contacts }) => contacts.page(after, limit)),
  };
}
