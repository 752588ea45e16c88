import { Announcements } from '../bot/announcements.ts';
import { Bot } from '../bot/bot.ts';
import { Contacts } from '../bot/contacts.ts';
import { InTurn } from '../commands/in-turn.ts';
import { type PerformParts, perform } from '../commands/perform.ts';
import { RequestRate } from '../commands/request-rate.ts';
import type { Intake } from '../records/intake.ts';
import type { Ledger } from '../records/ledger.ts';
import type { RouterParts } from '../routing/router.ts';
import { messagesOf, presencesOf, routesOf, type Users } from '../routing/routes.ts';
import type { QuestionSender } from '../sending/question-sender.ts';
import type { ReceiptSender } from '../sending/receipt-sender.ts';
import type { Refusals } from '../sending/refusals.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { PolicySync } from '../servers/policy-sync.ts';
import type { Shared } from './given.ts';

/**
 * Maximum number of requests of one user in a minute, queries included. Programs ask after each
 * message.
 */
const REQUESTS_PER_MINUTE = 600;

interface ForCommands {
  readonly ledger: Ledger;
  readonly policies: PolicySync;
  readonly questions: QuestionSender;
}

/** What users may do. The bot and the ad-hoc commands share the limit and the order of commands. */
export function makeUsers(shared: Shared, forCommands: ForCommands): Users {
  const { config, store, rules, counters, spell, log, now } = shared;
  const { component, admins, language, commands } = config;
  const performing = performPartsOf(shared, forCommands);
  return {
    component: component.domain,
    domains: rules.domains,
    admins: admins.map(spell),
    defaultLanguage: language,
    limiter: new RequestRate(commands.perMinute),
    inTurn: new InTurn(),
    perform: (user, command) => perform(user, command, performing),
    preferences: store.preferences,
    questions: store.questions,
    counters,
    log,
    now,
  };
}

function performPartsOf(
  { config, store, rules, counters, spell, now }: Shared,
  { ledger, policies, questions }: ForCommands,
): PerformParts {
  const { admins, language, receipts } = config;
  return {
    defaults: { text: receipts.text, language },
    inForce: (domain, version) => policies.inForce(domain, version),
    onAnswered: (user) => questions.answered(user),
    admins: admins.map(spell),
    store,
    ledger,
    rules,
    counters,
    spell,
    now,
  };
}

export function makeAnnouncements({ config, link, store, rules, log }: Shared): Announcements {
  const identity = { component: config.component.domain, domains: rules.domains };
  return new Announcements({ identity, link, contacts: store.contacts, log });
}

interface ForRouter {
  readonly ledger: Ledger;
  readonly intake: Intake;
  readonly greeter: Greeter;
  readonly receipts: ReceiptSender;
  readonly questions: QuestionSender;
  readonly refusals: Refusals;
  readonly users: Users;
  readonly announcements: Announcements;
}

export function makeRouter(
  shared: Shared,
  { ledger, intake, greeter, receipts, questions, refusals, users, announcements }: ForRouter,
): RouterParts {
  const { config, link, store, rules, counters, spell, log, now } = shared;
  const bot = new Bot({ ...users, link });
  const contacts = new Contacts({ identity: users, contacts: store.contacts, counters, log, now });
  return {
    component: config.component.domain,
    routes: routesOf({
      timeFor: (key) => ledger.timeFor(key),
      records: store.records,
      intake,
      greeter,
      users,
      rules,
      counters,
      spell,
    }),
    limiter: new RequestRate(REQUESTS_PER_MINUTE),
    onMessage: messagesOf({ receipts, questions, refusals, bot, rules, counters }),
    onPresence: presencesOf({ users, contacts, announcements }),
    counters,
    log,
    now,
  };
}
