import type { Announcements } from '../bot/announcements.ts';
import type { Counters } from '../counters.ts';
import { receiptDelayOf } from '../receipt/preferences.ts';
import { Completeness } from '../records/completeness.ts';
import { Intake } from '../records/intake.ts';
import { Ledger, type Wakes } from '../records/ledger.ts';
import { TimeOuts } from '../records/time-outs.ts';
import type { RouterParts } from '../router.ts';
import { Greeter } from '../servers/greeter.ts';
import { PolicySync } from '../servers/policy-sync.ts';
import { Housekeeping } from '../store/housekeeping.ts';
import { type Given, type Shared, sharedBy } from './given.ts';
import { makeQuestionSender, makeReceiptSender, makeTickOrders } from './make-senders.ts';
import { makeAnnouncements, makeRouter, makeUsers } from './make-users.ts';

/** A part that works by itself while the link is up. */
interface WhileOnline {
  start(): void;
  stop(): void;
}

export interface Parts {
  readonly router: RouterParts;
  readonly whileOnline: readonly WhileOnline[];
  readonly intake: Intake;
  readonly announcements: Announcements;
  readonly housekeeping: Housekeeping;
  readonly counters: Counters;
}

/** Makes all parts and puts them together. */
export function makeParts(given: Given): Parts {
  const shared = sharedBy(given);
  const { store, counters, log, now } = shared;
  const completeness = new Completeness(now);
  const policies = makePolicySync(shared);
  const receipts = makeReceiptSender(shared);
  const questions = makeQuestionSender(shared);
  const ticks = makeTickOrders(shared, completeness);
  const wakes = { receipts: () => receipts.loop.kick(), ticks: () => ticks.kick() };
  const ledger = makeLedger(shared, completeness, wakes);
  const greeter = makeGreeter(shared, completeness, policies);
  const onForgotten = (domain: string) => policies.changed(domain);
  const intake = new Intake({ store, ledger, completeness, counters, log, onForgotten });
  const timeOuts = new TimeOuts({ store, ledger, log, now });
  const users = makeUsers(shared, { ledger, policies, questions });
  const announcements = makeAnnouncements(shared);
  const senders = [receipts.loop, ticks, questions.loop];
  return {
    router: makeRouter(shared, { intake, greeter, receipts, questions, users, announcements }),
    whileOnline: [completeness, policies, greeter, ...senders, timeOuts, announcements],
    intake,
    announcements,
    housekeeping: makeHousekeeping(shared),
    counters,
  };
}

export function makePolicySync({ config, link, store, rules, log }: Shared): PolicySync {
  return new PolicySync({ component: config.component.domain, link, store, rules, log });
}

function makeGreeter(shared: Shared, completeness: Completeness, policies: PolicySync): Greeter {
  const { config, link, rules, log } = shared;
  return new Greeter({
    component: config.component.domain,
    domains: rules.domains,
    onMet: (domain, hello) => policies.meet(domain, hello),
    completeness,
    link,
    log,
  });
}

export function makeLedger(shared: Shared, completeness: Completeness, wakes: Wakes): Ledger {
  const { config, store, rules, counters, log, now } = shared;
  return new Ledger({
    receiptDelay: (sender) => receiptDelayOf(sender, config.receipts),
    questionDelay: config.questions.gatherMs,
    store,
    rules,
    completeness,
    wakes,
    counters,
    log,
    now,
  });
}

function makeHousekeeping({ config, store, log }: Shared): Housekeeping {
  const { retentionDays, questions } = config;
  return new Housekeeping({ retentionDays, questionsFor: questions.expireAfterMs, store, log });
}
