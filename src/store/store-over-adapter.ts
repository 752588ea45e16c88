import type { StoreAdapter } from './adapter.ts';
import { changePreferences, preferencesOf, takeInPolicies } from './choosing.ts';
import { claimReceipts, postponeParcel } from './claiming.ts';
import { inTurns, untilNoConflict } from './conflict.ts';
import type { ContactStore } from './contact-store.ts';
import { findMessage, latestMessages, newestMessages } from './finding.ts';
import { InPortions } from './in-portions.ts';
import type { LimitStore } from './limit-store.ts';
import { noticesIn } from './noticing.ts';
import type { PreferenceStore } from './preference-store.ts';
import { askingIn, questionsIn } from './questions-in-steps.ts';
import type { ReceiptStore } from './receipt-store.ts';
import type { OpenStore, RecordStore } from './record-store.ts';
import { remindersIn } from './reminding.ts';
import type { Store } from './store.ts';
import { surveyIn } from './surveying.ts';
import type { TickStore } from './tick-store.ts';
import { Turns } from './turns.ts';
import { forgetAccount, prune } from './upkeep.ts';
import type { UpkeepStore } from './upkeep-store.ts';
import { watchesIn } from './watching.ts';

/** The store over a database, whichever it is: each verb is one transaction. */
export function storeOver(adapter: StoreAdapter): Store {
  const turns = new Turns();
  const transactions: Transactions = {
    read: (work) => untilNoConflict(() => adapter.read(work)),
    write: (work) => inTurns(turns, () => adapter.write(work)),
    room: () => adapter.room(),
  };
  return {
    records: recordsIn(transactions),
    open: openIn(transactions),
    receipts: receiptsIn(transactions),
    ticks: ticksIn(transactions),
    asking: askingIn(transactions),
    questions: questionsIn(transactions),
    watches: watchesIn(transactions),
    notices: noticesIn(transactions),
    reminders: remindersIn(transactions),
    preferences: preferencesIn(transactions),
    contacts: contactsIn(transactions),
    limits: limitsIn(transactions),
    survey: surveyIn(transactions),
    upkeep: upkeepIn(transactions),
    close: () => adapter.close(),
  };
}

/** The transactions of the adapter, run again where another one was in the way. */
export type Transactions = Omit<StoreAdapter, 'close'>;

function recordsIn({ read, write }: Transactions): RecordStore {
  const inPortions = new InPortions();
  return {
    update: (news, options) => write((rows) => inPortions.update(rows, news, options)),
    find: (key) => read(({ messages }) => findMessage(messages, key)),
    latest: (sender, recipient, limit) =>
      read(({ messages }) => latestMessages(messages, { sender, recipient, limit })),
    newest: (about, limit) => read(({ messages }) => newestMessages(messages, about, limit)),
    due: (now, limit) => read(async ({ open }) => open.due(now, limit)),
    hasten: (now, until, limit) => write(async ({ open }) => open.hasten(now, until, limit)),
    lookLater: (key, at) => write(async ({ open }) => open.lookLater(key, at)),
  };
}

function openIn({ read }: Transactions): OpenStore {
  return {
    to: (recipient, after, limit) => read(async ({ open }) => open.to(recipient, after, limit)),
    kept: (after, limit) => read(async ({ open }) => open.kept(after, limit)),
  };
}

function receiptsIn({ write }: Transactions): ReceiptStore {
  return {
    claim: (claim) => write(({ receipts }) => claimReceipts(receipts, claim)),
    settle: (parcelIds, now) => write(async ({ receipts }) => receipts.settle(parcelIds, now)),
    takeApart: (parcelId) => write(async ({ receipts }) => receipts.takeApart(parcelId)),
    postpone: (parcel, until) => write(({ receipts }) => postponeParcel(receipts, parcel, until)),
  };
}

function ticksIn({ write }: Transactions): TickStore {
  return {
    claim: (claim) => write(async ({ ticks }) => ticks.claim(claim)),
    settle: (numbers) => write(async ({ ticks }) => ticks.settle(numbers)),
    postpone: (numbers, until) => write(async ({ ticks }) => ticks.postpone(numbers, until)),
  };
}

function preferencesIn({ read, write }: Transactions): PreferenceStore {
  return {
    get: (account) => read(({ preferences }) => preferencesOf(preferences, account)),
    change: (account, change) =>
      write(({ preferences }) => changePreferences(preferences, account, change)),
    takeIn: (enforced, taking) =>
      write(({ preferences }) => takeInPolicies(preferences, enforced, taking)),
    lastNumberOf: (epoch) => read(async ({ preferences }) => preferences.lastNumberOf(epoch)),
    version: (domain) => read(async ({ preferences }) => preferences.version(domain)),
    changedSince: (domain, number, limit) =>
      read(async ({ preferences }) => preferences.changedSince(domain, number, limit)),
    withPolicy: (domain, after, limit) =>
      read(async ({ preferences }) => preferences.withPolicy(domain, after, limit)),
  };
}

function contactsIn({ read, write }: Transactions): ContactStore {
  return {
    add: (contact, now) => write(async ({ contacts }) => contacts.add(contact, now)),
    remove: (contact) => write(async ({ contacts }) => contacts.remove(contact)),
    page: (after, limit) => read(async ({ contacts }) => contacts.page(after, limit)),
  };
}

function limitsIn({ read, write }: Transactions): LimitStore {
  return {
    get: (domain) => read(async ({ limits }) => limits.get(domain)),
    keep: (limit) => write(async ({ limits }) => limits.keep(limit)),
  };
}

/** Removing writes as fast as it can, so it waits until the database is ready for more. */
function upkeepIn({ read, write, room }: Transactions): UpkeepStore {
  return {
    forget: async (account, at) => {
      await room();
      return write((rows) => forgetAccount(rows, account, at));
    },
    prune: async (limits) => {
      await room();
      return write((rows) => prune(rows, limits));
    },
    backlog: () => read(async ({ upkeep }) => upkeep.backlog()),
    clock: () => read(async ({ upkeep }) => upkeep.clock()),
    keepClock: (kept) => write(async ({ upkeep }) => upkeep.keepClock(kept)),
    gaps: () => read(async ({ upkeep }) => upkeep.gaps()),
    noteGap: (domain, upTo) => write(async ({ upkeep }) => upkeep.noteGap(domain, upTo)),
  };
}
