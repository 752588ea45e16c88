import type { Announcements } from '../bot/announcements.ts';
import type { Operator } from '../operator/operator.ts';
import { Completeness } from '../records/completeness.ts';
import type { Intake } from '../records/intake.ts';
import type { RouterParts } from '../routing/router.ts';
import { HostStores } from '../sending/host-stores.ts';
import { Housekeeping } from '../store/housekeeping.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Happenings } from '../telemetry/happenings.ts';
import { type Given, type Shared, sharedBy } from './given.ts';
import { KnownLimit } from './known-limit.ts';
import { operatorOver } from './make-operator.ts';
import { makeIntake, makeLedger, makeTimeOuts } from './make-records.ts';
import { makeQuestionSender, makeReceiptSender, makeRefusals } from './make-senders.ts';
import { makeGreeter, makePolicySync, makeTickOrders } from './make-servers.ts';
import { makeAnnouncements, makeRouter, makeUsers } from './make-users.ts';
import type { OwnClock } from './own-clock.ts';

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
  readonly clock: OwnClock;
  readonly limit: KnownLimit;
  readonly housekeeping: Housekeeping;
  readonly counters: Counters;
  readonly happenings: Happenings;
  readonly operator: Operator;
}

/** Makes all parts and puts them together. */
export function makeParts(given: Given): Parts {
  const shared = sharedBy(given);
  const completeness = new Completeness(shared.now);

  // What goes out.
  const refusals = makeRefusals(shared);
  const stores = new HostStores();
  const receipts = makeReceiptSender(shared, refusals, { stores, completeness });
  const questions = makeQuestionSender(shared);
  const ticks = makeTickOrders(shared, completeness);
  const policies = makePolicySync(shared);
  const greeter = makeGreeter(shared, { completeness, policies, stores });

  // What servers report.
  const wakes = { receipts: () => receipts.loop.kick(), ticks: () => ticks.kick() };
  const ledger = makeLedger(shared, completeness, wakes);
  const intake = makeIntake(shared, { ledger, completeness, policies });
  const timeOuts = makeTimeOuts(shared, ledger, completeness);

  // What users say.
  const users = makeUsers(shared, { ledger, policies, questions });
  const announcements = makeAnnouncements(shared);

  const senders = [receipts.loop, ticks, questions.loop];
  const heard = { ledger, intake, greeter, receipts, questions, refusals };
  return {
    router: makeRouter(shared, { ...heard, users, announcements }),
    whileOnline: [completeness, policies, greeter, ...senders, timeOuts, announcements],
    clock: shared.clock,
    limit: makeKnownLimit(shared),
    housekeeping: makeHousekeeping(shared),
    counters: shared.counters,
    happenings: shared.happenings,
    operator: operatorOver(shared, { greeter, ledger, policies }),
    intake,
    announcements,
  };
}

function makeKnownLimit({ config, link, store, now, log }: Shared): KnownLimit {
  return new KnownLimit({ domain: config.component.domain, link, limits: store.limits, now, log });
}

function makeHousekeeping({ config, store, clock, log }: Shared): Housekeeping {
  return new Housekeeping({
    retentionDays: config.retentionDays,
    questionsFor: config.questions.expireAfterMs,
    upkeep: store.upkeep,
    clock,
    log,
  });
}
