import type { AdhocParts } from './adhoc/adhoc.ts';
import { Bot, type BotParts } from './bot/bot.ts';
import { type PerformParts, perform } from './commands/perform.ts';
import { RequestRate } from './commands/request-rate.ts';
import type { Config } from './config/config.ts';
import { Counters } from './counters.ts';
import { isLinkError, type Link } from './link/link.ts';
import type { Logger } from './log.ts';
import type { Millis } from './message/time.ts';
import type { ModuleHello } from './protocol/hello.ts';
import type { Preferences } from './receipt/preferences.ts';
import type { Rules } from './receipt/rules.ts';
import { Completeness } from './records/completeness.ts';
import { Intake } from './records/intake.ts';
import { Judging } from './records/judging.ts';
import { TimeOuts } from './records/time-outs.ts';
import { type RouterParts, route } from './router.ts';
import { messagesOf, presencesOf, routesOf } from './routes.ts';
import { askingComposerOf } from './sending/compose-questions.ts';
import { composerOf } from './sending/compose-receipts.ts';
import { QuestionSender } from './sending/question-sender.ts';
import { ReceiptSender } from './sending/receipt-sender.ts';
import { SendRate } from './sending/send-rate.ts';
import { Greeter } from './servers/greeter.ts';
import { PolicySync } from './servers/policy-sync.ts';
import { TickOrders } from './servers/tick-orders.ts';
import { Housekeeping } from './store/housekeeping.ts';
import type { Store, Updated } from './store/store.ts';

export interface DaemonParts {
  readonly config: Config;
  readonly link: Link;
  readonly store: Store;
  readonly log: Logger;
}

export interface Daemon {
  start(): void;
  /** Closes the link, lets the last commit end, and closes the store. */
  stop(): Promise<void>;
  readonly counters: Counters;
}

/** Receipts that are due to one sender within so many ms travel in one stanza. */
const GATHER = 100;

/** One recipient is asked so often without waiting, while the hour's share lasts. */
const QUESTION_BURST = 4;

/** What one user may ask in a minute, queries and all: programs ask after each of their messages. */
const REQUESTS_PER_MINUTE = 600;

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Puts the parts together; the only place where they are made. */
export function createDaemon(parts: DaemonParts): Daemon {
  const { config, link, store, log } = parts;
  const base: Base = { ...parts, rules: rulesOf(config), counters: new Counters(), now: Date.now };
  const completeness = new Completeness();
  const judging = judgingOf(base, completeness);
  const senders = sendersOf(base, completeness);
  const { receipts, ticks, questions } = senders;
  const onMade = (made: Updated) => {
    if (made.receipts > 0) receipts.loop.kick();
    if (made.ticks > 0) ticks.loop.kick();
  };
  const looking = { store, judging, completeness, log, onMade };
  const { greeter, sync } = greetingOf(base, completeness);
  const onForgotten = (domain: string) => sync.changed(domain);
  const intake = new Intake({ ...looking, counters: base.counters, onForgotten });
  const waker = new TimeOuts({ ...looking, now: base.now });
  const users = usersOf(base, {
    judging,
    sync,
    onMade,
    onAnswered: (user) => questions.answered(user),
  });
  const housekeeping = housekeepingOf(base);
  connect(link, {
    whileOnline: [sync, greeter, receipts.loop, ticks.loop, questions.loop, waker],
    completeness,
    router: {
      ...base,
      limiter: new RequestRate(REQUESTS_PER_MINUTE),
      routes: routesOf({ ...base, intake, greeter, users }),
      onMessage: messagesOf({ ...senders, bot: new Bot({ ...users, link }) }),
      onPresence: presencesOf({ users }),
    },
  });
  return new RunningDaemon({ link, store, intake, housekeeping, counters: base.counters, log });
}

/** What every part may need. */
interface Base extends DaemonParts {
  readonly rules: Rules;
  readonly counters: Counters;
  readonly now: () => Millis;
}

function judgingOf({ config, rules, now }: Base, completeness: Completeness): Judging {
  const { receipts, questions } = config;
  const gather = ({ text = receipts.text }: Preferences) => (text ? receipts.gatherTextMs : 0);
  return new Judging({ rules, completeness, now, gather, gatherQuestions: questions.gatherMs });
}

/** All that sends by itself. */
function sendersOf(base: Base, completeness: Completeness) {
  const { config, rules } = base;
  const { receipts, questions } = config;
  const parts = { ...base, component: config.component.domain };
  const toSenders = { gather: GATHER, every: MINUTE / receipts.maxPerMinute };
  const toRecipients = { gather: questions.gatherMs, every: HOUR / questions.perHour };
  return {
    receipts: new ReceiptSender({
      ...parts,
      rate: new SendRate({ ...toSenders, burst: receipts.maxPerMinute }),
      compose: composerOf(config, base.now),
    }),
    ticks: new TickOrders({ ...parts, completeness, domains: rules.domains }),
    questions: new QuestionSender({
      ...parts,
      gather: questions.gatherMs,
      rate: new SendRate({ ...toRecipients, burst: QUESTION_BURST }),
      compose: askingComposerOf(config, base.now),
    }),
  };
}

function greetingOf(base: Base, completeness: Completeness) {
  const { config, rules } = base;
  const component = config.component.domain;
  const sync = new PolicySync({ ...base, component });
  const onMet = (domain: string, { enforces, policies }: ModuleHello) => {
    if (enforces.includes('policies')) sync.meet(domain, policies);
  };
  const greeter = new Greeter({ ...base, completeness, component, domains: rules.domains, onMet });
  return { sync, greeter };
}

/** What users may do, by chat and by commands: one limit for both. */
function usersOf(
  base: Base,
  about: Pick<PerformParts, 'judging' | 'onMade' | 'onAnswered'> & { readonly sync: PolicySync },
): AdhocParts & Omit<BotParts, 'link'> {
  const { config, store, rules, counters, now } = base;
  const { admins, language, commands, receipts } = config;
  const { sync } = about;
  const parts: PerformParts = {
    ...base,
    ...about,
    admins,
    defaults: { text: receipts.text, language },
    inForce: (domain, version) => sync.inForce(domain, version),
  };
  return {
    ...base,
    component: config.component.domain,
    domains: rules.domains,
    admins,
    defaultLanguage: language,
    limiter: new RequestRate(commands.perMinute),
    perform: (user, command) => {
      counters.count('commands');
      return perform(user, command, parts);
    },
    preferencesOf: (user) => store.preferences.get(user),
    waiting: (user) => store.questions.waiting(user),
    remember: (user, spoken) =>
      store.preferences.change(user, { change: (known) => ({ ...known, spoken }), now: now() }),
  };
}

function housekeepingOf({ config, store, log }: Base): Housekeeping {
  const { retentionDays, questions } = config;
  return new Housekeeping({ store, retentionDays, questionsFor: questions.expireAfterMs, log });
}

function rulesOf({ domains, receipts, policy, disclosure }: Config): Rules {
  const { statuses, graceMs, expireAfterMs } = receipts;
  return {
    domains,
    statuses,
    grace: graceMs * 1000,
    expireAfter: expireAfterMs * 1000,
    policy,
    disclosure,
  };
}

interface Connections {
  readonly whileOnline: readonly { start(): void; stop(): void }[];
  readonly completeness: Completeness;
  readonly router: RouterParts;
}

function connect(link: Link, { whileOnline, completeness, router }: Connections): void {
  link.onOnline(() => {
    for (const part of whileOnline) part.start();
  });
  link.onOffline(() => {
    for (const part of whileOnline) part.stop();
    completeness.forget();
  });
  link.onStanza(async (stanza) => {
    const answers = await route(stanza, router);
    // Whoever asked has lost the stream as well, and asks again.
    for (const answer of answers) await link.send(answer).catch(onlyLinkErrors);
  });
}

function onlyLinkErrors(error: unknown): void {
  if (!isLinkError(error)) throw error;
}

interface RunningParts {
  readonly link: Link;
  readonly store: Store;
  readonly intake: Intake;
  readonly housekeeping: Housekeeping;
  readonly counters: Counters;
  readonly log: Logger;
}

class RunningDaemon implements Daemon {
  readonly counters: Counters;
  readonly #parts: RunningParts;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.counters = parts.counters;
  }

  start(): void {
    this.#parts.housekeeping.start();
    this.#parts.link.start();
  }

  async stop(): Promise<void> {
    const { link, store, intake, housekeeping, counters, log } = this.#parts;
    housekeeping.stop();
    await link.stop();
    await intake.finish();
    await store.close();
    log.info(counters.all(), 'stopped');
  }
}
