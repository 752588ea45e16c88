import { Bot } from './bot/bot.ts';
import { InTurn } from './commands/in-turn.ts';
import { perform } from './commands/perform.ts';
import { RequestRate } from './commands/request-rate.ts';
import type { Config } from './config/config.ts';
import { Counters } from './counters.ts';
import type { Link } from './link/link.ts';
import type { Logger } from './log.ts';
import type { Millis } from './message/time.ts';
import { wantsWords } from './receipt/preferences.ts';
import type { Rules } from './receipt/rules.ts';
import { Completeness } from './records/completeness.ts';
import { Intake } from './records/intake.ts';
import { Ledger, type Wakes } from './records/ledger.ts';
import { TimeOuts } from './records/time-outs.ts';
import type { RouterParts } from './router.ts';
import { messagesOf, presencesOf, routesOf, type Users } from './routes.ts';
import { type ComposeParts, composeQuestions, composeReceipts } from './sending/compose.ts';
import { QuestionSender } from './sending/question-sender.ts';
import { ReceiptSender } from './sending/receipt-sender.ts';
import { SendRate } from './sending/send-rate.ts';
import { Greeter } from './servers/greeter.ts';
import { PolicySync } from './servers/policy-sync.ts';
import { TickOrders } from './servers/tick-orders.ts';
import { Housekeeping } from './store/housekeeping.ts';
import type { Store } from './store/store.ts';

/** Receipts that are due to one sender within this time travel in one stanza. */
const GATHER: Millis = 100;

/** Number of questions that one recipient gets without a delay, as long as the hour's share lasts. */
const QUESTION_BURST = 4;

/** Maximum number of requests of one user in a minute, queries included: programs ask after each of their messages. */
const REQUESTS_PER_MINUTE = 600;

const MINUTE: Millis = 60_000;
const HOUR: Millis = 3_600_000;

/** What the daemon is given. */
export interface Given {
  readonly config: Config;
  readonly link: Link;
  readonly store: Store;
  readonly log: Logger;
}

/** What works by itself while the link is up. */
interface WhileOnline {
  start(): void;
  stop(): void;
}

export interface Parts {
  readonly router: RouterParts;
  readonly whileOnline: readonly WhileOnline[];
  readonly intake: Intake;
  readonly housekeeping: Housekeeping;
  readonly counters: Counters;
}

/** Puts the parts together: the only place where they are made. */
export function makeParts(given: Given): Parts {
  const { store, log } = given;
  const shared = {
    ...given,
    rules: rulesOf(given.config),
    counters: new Counters(),
    now: Date.now,
  };
  const { counters, now } = shared;
  const completeness = new Completeness(now);
  const policies = makePolicySync(shared);
  const receipts = makeReceiptSender(shared);
  const questions = makeQuestionSender(shared);
  const ticks = makeTickOrders(shared, completeness);
  const wakes = { receipts: () => receipts.loop.kick(), ticks: () => ticks.loop.kick() };
  const ledger = makeLedger(shared, completeness, wakes);
  const greeter = makeGreeter(shared, completeness, policies);
  const onForgotten = (domain: string) => policies.changed(domain);
  const intake = new Intake({ store, ledger, completeness, counters, log, onForgotten });
  const timeOuts = new TimeOuts({ store, ledger, log, now });
  const users = makeUsers(shared, { ledger, policies, questions });
  const senders = [receipts.loop, ticks.loop, questions.loop];
  return {
    router: makeRouter(shared, { intake, greeter, receipts, questions, users }),
    whileOnline: [completeness, policies, greeter, ...senders, timeOuts],
    intake,
    housekeeping: makeHousekeeping(shared),
    counters,
  };
}

/** What several parts need. */
interface Shared extends Given {
  readonly rules: Rules;
  readonly counters: Counters;
  readonly now: () => Millis;
}

function rulesOf({ domains, receipts, policy, disclosure }: Config): Rules {
  const { statuses, graceMs, expireAfterMs } = receipts;
  const [grace, expireAfter] = [graceMs * 1000, expireAfterMs * 1000];
  return { domains, statuses, grace, expireAfter, policy, disclosure };
}

function makePolicySync({ config, link, store, rules, log }: Shared): PolicySync {
  return new PolicySync({ component: config.component.domain, link, store, rules, log });
}

function makeReceiptSender({ config, link, store, counters, log, now }: Shared): ReceiptSender {
  const { maxPerMinute } = config.receipts;
  const composing = composePartsOf(config, now);
  return new ReceiptSender({
    component: config.component.domain,
    rate: new SendRate({ gather: GATHER, every: MINUTE / maxPerMinute, burst: maxPerMinute }),
    compose: (parcel) => composeReceipts(parcel, composing),
    link,
    store,
    counters,
    log,
    now,
  });
}

function makeQuestionSender({ config, link, store, counters, log, now }: Shared): QuestionSender {
  const { gatherMs: gather, perHour } = config.questions;
  const composing = composePartsOf(config, now);
  return new QuestionSender({
    component: config.component.domain,
    gather,
    rate: new SendRate({ gather, every: HOUR / perHour, burst: QUESTION_BURST }),
    compose: (asking, recipient) => composeQuestions(asking, recipient, composing),
    link,
    store,
    counters,
    log,
    now,
  });
}

function composePartsOf(
  { component, language, receipts }: Config,
  now: () => Millis,
): ComposeParts {
  return { component: component.domain, language, text: receipts.text, now };
}

function makeTickOrders(shared: Shared, completeness: Completeness): TickOrders {
  const { config, link, store, rules, counters, log, now } = shared;
  const { domain: component } = config.component;
  const { domains } = rules;
  return new TickOrders({ component, domains, completeness, link, store, counters, log, now });
}

function makeGreeter(shared: Shared, completeness: Completeness, policies: PolicySync): Greeter {
  const { config, link, rules, log } = shared;
  return new Greeter({
    component: config.component.domain,
    domains: rules.domains,
    onMet: (domain, hello) => {
      if (hello.enforces.includes('policies')) policies.meet(domain, hello.policies);
    },
    completeness,
    link,
    log,
  });
}

function makeLedger(shared: Shared, completeness: Completeness, wakes: Wakes): Ledger {
  const { config, store, rules, counters, log, now } = shared;
  const { text, gatherTextMs } = config.receipts;
  return new Ledger({
    receiptDelay: (sender) => (wantsWords(sender, text) ? gatherTextMs : 0),
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

interface ForUsers {
  readonly ledger: Ledger;
  readonly policies: PolicySync;
  readonly questions: QuestionSender;
}

/** What users may do, by message to the bot and by ad-hoc command: the limit and the turns are shared. */
function makeUsers(shared: Shared, { ledger, policies, questions }: ForUsers): Users {
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

interface ForRouter {
  readonly intake: Intake;
  readonly greeter: Greeter;
  readonly receipts: ReceiptSender;
  readonly questions: QuestionSender;
  readonly users: Users;
}

function makeRouter(
  shared: Shared,
  { intake, greeter, receipts, questions, users }: ForRouter,
): RouterParts {
  const { config, link, store, rules, counters, log, now } = shared;
  const bot = new Bot({ ...users, link });
  return {
    component: config.component.domain,
    routes: routesOf({ intake, greeter, users, store, rules, counters }),
    limiter: new RequestRate(REQUESTS_PER_MINUTE),
    onMessage: messagesOf({ receipts, questions, bot, rules }),
    onPresence: presencesOf({ users }),
    counters,
    log,
    now,
  };
}

function makeHousekeeping({ config, store, log }: Shared): Housekeeping {
  const { retentionDays, questions } = config;
  return new Housekeeping({ retentionDays, questionsFor: questions.expireAfterMs, store, log });
}
