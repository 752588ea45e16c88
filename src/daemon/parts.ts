import { Completeness } from '../facts/completeness.ts';
import type { Intake } from '../facts/intake.ts';
import type { Operator } from '../operator/operator.ts';
import type { RouterParts } from '../routing/router.ts';
import { HostStores } from '../sending/host-stores.ts';
import { HostOrders } from '../servers/host-orders.ts';
import { Housekeeping } from '../store/housekeeping.ts';
import type { Announcements } from '../user/bot/announcements.ts';
import { type Given, type Shared, sharedBy } from './given.ts';
import { KnownLimit } from './known-limit.ts';
import { makeIntake, makeLedger, makeTimeOuts } from './make-facts.ts';
import { makeOperator } from './make-operator.ts';
import { makeRouter } from './make-router.ts';
import {
  makeNoticeSender,
  makeQuestionSender,
  makeReceiptSender,
  makeRefusals,
} from './make-senders.ts';
import { makeGreeter, makePolicySync, makeReminders, makeTickOrders } from './make-servers.ts';
import { makeAnnouncements, makeBot, makeContacts, makeUsers } from './make-users.ts';

/** A part that works by itself while the link is up. */
interface WhileOnline {
  start(): void;
  stop(): void;
}

/**
 * What the daemon starts, stops and shows. The other parts are known only to those that need them.
 */
export interface Parts extends Shared {
  readonly router: RouterParts;
  readonly whileOnline: readonly WhileOnline[];
  readonly intake: Intake;
  readonly announcements: Announcements;
  readonly limit: KnownLimit;
  readonly housekeeping: Housekeeping;
  readonly operator: Operator;
}

/**
 * Makes all parts, each after those that it needs, so there is no circle. The first argument of a
 * maker is what all share; the second names the other parts that this one needs.
 */
export function makeParts(given: Given): Parts {
  const shared = sharedBy(given);
  const completeness = new Completeness(shared.now);
  const hostStores = new HostStores();
  const hostOrders = new HostOrders();
  const refusals = makeRefusals(shared);

  // What we send to users and to servers.
  const receipts = makeReceiptSender(shared, { completeness, hostStores, refusals });
  const questions = makeQuestionSender(shared);
  const notices = makeNoticeSender(shared);
  const ticks = makeTickOrders(shared, { completeness });
  const policies = makePolicySync(shared);
  const greeter = makeGreeter(shared, { completeness, hostStores, hostOrders, policies });

  // What servers report.
  const ledger = makeLedger(shared, { completeness, receipts, ticks });
  const intake = makeIntake(shared, { completeness, ledger, policies });
  const reminders = makeReminders(shared, { hostOrders, ledger });
  const timeOuts = makeTimeOuts(shared, { completeness, ledger, notices });

  // What users and operators say.
  const users = makeUsers(shared, { ledger, policies, questions });
  const bot = makeBot(shared, { users });
  const contacts = makeContacts(shared, { users });
  const announcements = makeAnnouncements(shared);
  const operator = makeOperator(shared, { greeter, ledger, policies });

  const router = makeRouter(shared, {
    requests: { greeter, intake, ledger, users },
    messages: { receipts, questions, notices, refusals, bot },
    presences: { users, contacts, announcements },
  });
  const senders = [receipts.loop, ticks, questions.loop, notices.loop, reminders];
  const whileOnline = [completeness, policies, greeter, ...senders, timeOuts, announcements];

  const limit = makeKnownLimit(shared);
  const housekeeping = makeHousekeeping(shared);
  return { ...shared, router, whileOnline, intake, announcements, operator, limit, housekeeping };
}

function makeKnownLimit({ config, link, store, now, log }: Shared): KnownLimit {
  return new KnownLimit({ domain: config.component.domain, link, limits: store.limits, now, log });
}

function makeHousekeeping({ agreement, store, clock, log }: Shared): Housekeeping {
  return new Housekeeping({
    kept: agreement.kept,
    upkeep: store.upkeep,
    clock,
    log,
  });
}
