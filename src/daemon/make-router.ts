import type { Intake } from '../facts/intake.ts';
import type { Ledger } from '../facts/ledger.ts';
import type { Route, RouterParts } from '../routing/router.ts';
import { messagesOf, presencesOf, routesOf, type Users } from '../routing/routes.ts';
import type { NoticeSender } from '../sending/notice-sender.ts';
import type { QuestionSender } from '../sending/question-sender.ts';
import type { ReceiptSender } from '../sending/receipt-sender.ts';
import type { Refusals } from '../sending/refusals.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { Announcements } from '../user/bot/announcements.ts';
import type { Bot } from '../user/bot/bot.ts';
import type { Contacts } from '../user/bot/contacts.ts';
import { RequestRate } from '../user/commands/request-rate.ts';
import type { Shared } from './given.ts';

/**
 * Maximum number of requests of one user in a minute, queries included. Programs ask after each
 * message.
 */
const REQUESTS_PER_MINUTE = 600;

/** What takes each kind of stanza. */
interface ForRouter {
  readonly requests: ForRequests;
  readonly messages: ForMessages;
  readonly presences: ForPresences;
}

interface ForRequests {
  readonly greeter: Greeter;
  readonly intake: Intake;
  readonly ledger: Ledger;
  readonly users: Users;
}

interface ForMessages {
  readonly receipts: ReceiptSender;
  readonly questions: QuestionSender;
  readonly notices: NoticeSender;
  readonly refusals: Refusals;
  readonly bot: Bot;
}

interface ForPresences {
  readonly users: Users;
  readonly contacts: Contacts;
  readonly announcements: Announcements;
}

export function makeRouter(
  shared: Shared,
  { requests, messages, presences }: ForRouter,
): RouterParts {
  const { config, counters, introductions, log, now } = shared;
  return {
    component: config.component.domain,
    routes: routesFor(shared, requests),
    limiter: new RequestRate(REQUESTS_PER_MINUTE),
    onMessage: messagesOf({ ...messages, domains: config.domains, introductions, counters }),
    onPresence: presencesOf(presences),
    counters,
    log,
    now,
  };
}

function routesFor(
  { config, store, rules, counters, spell }: Shared,
  { greeter, intake, ledger, users }: ForRequests,
): readonly Route[] {
  return routesOf({
    timeFor: (key) => ledger.timeFor(key),
    records: store.records,
    intake,
    greeter,
    users,
    rules,
    domains: config.domains,
    counters,
    spell,
  });
}
