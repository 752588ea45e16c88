import type { Ledger } from '../facts/ledger.ts';
import type { Users } from '../routing/routes.ts';
import type { QuestionSender } from '../sending/question-sender.ts';
import type { PolicySync } from '../servers/policy-sync.ts';
import { Announcements } from '../user/bot/announcements.ts';
import { Bot } from '../user/bot/bot.ts';
import { Contacts } from '../user/bot/contacts.ts';
import { InTurn } from '../user/commands/in-turn.ts';
import { type PerformParts, perform } from '../user/commands/perform.ts';
import { RequestRate } from '../user/commands/request-rate.ts';
import type { Shared } from './given.ts';

interface ForCommands {
  readonly ledger: Ledger;
  readonly policies: PolicySync;
  readonly questions: QuestionSender;
}

/** What users may do. The bot and the ad-hoc commands share the limit and the order of commands. */
export function makeUsers(shared: Shared, forCommands: ForCommands): Users {
  const { config, store, counters, spell, introductions, zones, log, now } = shared;
  const { component, domains, admins, language, commands } = config;
  const performing = performPartsOf(shared, forCommands);
  return {
    component: component.domain,
    domains,
    admins: admins.map(spell),
    defaultLanguage: language,
    limiter: new RequestRate(commands.perMinute),
    inTurn: new InTurn(),
    perform: (user, command) => perform(user, command, performing),
    preferences: store.preferences,
    questions: store.questions,
    introductions,
    zones,
    counters,
    log,
    now,
  };
}

function performPartsOf(
  { agreement, config, store, rules, counters, spell, zones, now }: Shared,
  { ledger, policies, questions }: ForCommands,
): PerformParts {
  const { admins, language } = config;
  return {
    defaults: { language },
    inForce: (domain, version) => policies.inForce(domain, version),
    onAnswered: (user) => questions.answered(user),
    admins: admins.map(spell),
    store,
    ledger,
    rules,
    told: agreement.told,
    remindersPerHour: config.watches.remindersPerHour,
    counters,
    spell,
    zones,
    now,
  };
}

interface ForBot {
  readonly users: Users;
}

export function makeBot({ link }: Shared, { users }: ForBot): Bot {
  return new Bot({ ...users, link });
}

export function makeContacts({ store, counters, log, now }: Shared, { users }: ForBot): Contacts {
  return new Contacts({ identity: users, contacts: store.contacts, counters, log, now });
}

export function makeAnnouncements({ config, link, store, log }: Shared): Announcements {
  const identity = { component: config.component.domain, domains: config.domains };
  return new Announcements({ identity, link, contacts: store.contacts, log });
}
