import { Announcements } from '../bot/announcements.ts';
import { Bot } from '../bot/bot.ts';
import { Contacts } from '../bot/contacts.ts';
import { InTurn } from '../commands/in-turn.ts';
import { perform } from '../commands/perform.ts';
import { RequestRate } from '../commands/request-rate.ts';
import type { Intake } from '../records/intake.ts';
import type { Ledger } from '../records/ledger.ts';
import type { RouterParts } from '../router.ts';
import { messagesOf, presencesOf, routesOf, type Users } from '../routes.ts';
import type { QuestionSender } from '../sending/question-sender.ts';
import type { ReceiptSender } from '../sending/receipt-sender.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { PolicySync } from '../servers/policy-sync.ts';
import type { Shared } from './given.ts';

/**
 * Maximum number of requests of one user in a minute, queries included. Programs ask after each
 * message.
 */
const REQUESTS_PER_MINUTE = 600;

interface ForUsers {
  readonly ledger: Ledger;
  readonly policies: PolicySync;
  readonly questions: QuestionSender;
}

/** What users may do. The bot and the ad-hoc commands share the limit and the order of commands. */
export function makeUsers(shared: Shared, { ledger, policies, questions }: ForUsers): Users {
  const { config, store, rules, counters, log, now } = shared;
  const { component, admins, language, commands, receipts } = config;
  const defaults = { text: receipts.text, language };
  const inForce = policies.inForce.bind(policies);
  const onAnswered = questions.answered.bind(questions);
  const about = { store, ledger, rules, counters, now, admins, defaults, inForce, onAnswered };
  return {
    component: component.domain,
    domains: rules.domains,
    admins,
    defaultLanguage: language,
    limiter: new RequestRate(commands.perMinute),
    inTurn: new InTurn(),
    perform: (user, command) => perform(user, command, about),
    preferencesOf: (user) => store.preferences.get(user),
    waiting: (user) => store.questions.waiting(user),
    remember: (user, spoken) =>
      store.preferences.change(user, { change: (known) => ({ ...known, spoken }), now: now() }),
    counters,
    log,
    now,
  };
}

export function makeAnnouncements({ config, link, store, rules, log }: Shared): Announcements {
  const identity = { component: config.component.domain, domains: rules.domains };
  return new Announcements({ identity, link, store: store.contacts, log });
}

interface ForRouter {
  readonly intake: Intake;
  readonly greeter: Greeter;
  readonly receipts: ReceiptSender;
  readonly questions: QuestionSender;
  readonly users: Users;
  readonly announcements: Announcements;
}

export function makeRouter(
  shared: Shared,
  { intake, greeter, receipts, questions, users, announcements }: ForRouter,
): RouterParts {
  const { config, link, store, rules, counters, log, now } = shared;
  const bot = new Bot({ ...users, link });
  const contacts = new Contacts({ identity: users, store: store.contacts, log, now });
  return {
    component: config.component.domain,
    routes: routesOf({ intake, greeter, users, store, rules, counters }),
    limiter: new RequestRate(REQUESTS_PER_MINUTE),
    onMessage: messagesOf({ receipts, questions, bot, rules, counters }),
    onPresence: presencesOf({ users, contacts, announcements }),
    counters,
    log,
    now,
  };
}
