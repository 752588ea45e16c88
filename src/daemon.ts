import { isLinkError, type Link } from './component/link.ts';
import type { Config } from './config/config.ts';
import { Counters } from './counters.ts';
import { Greeter } from './feed/greeter.ts';
import { Intake } from './feed/intake.ts';
import { Judging } from './feed/judging.ts';
import { ServerClocks } from './feed/server-clocks.ts';
import { Waker } from './feed/waker.ts';
import type { Logger } from './log.ts';
import { composerOf } from './outbox/compose.ts';
import { Outbox } from './outbox/outbox.ts';
import { Pacing } from './outbox/pacing.ts';
import type { Rules } from './receipt/rules.ts';
import { type RouterParts, route } from './router.ts';
import { messagesOf, routesOf } from './routes.ts';
import { Housekeeping } from './store/housekeeping.ts';
import type { Store } from './store/store.ts';

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

/** Puts the parts together; the only place where they are made. */
export function createDaemon({ config, link, store, log }: DaemonParts): Daemon {
  const { domains, receipts, component, retentionDays } = config;
  const now = Date.now;
  const rules = rulesOf(config);
  const counters = new Counters();
  const clocks = new ServerClocks();
  const judging = new Judging({ rules, clocks, now });
  const pacing = new Pacing({ gather: GATHER, perMinute: receipts.maxPerMinute });
  const outbox = new Outbox({
    store,
    link,
    pacing,
    counters,
    log,
    now,
    component: component.domain,
    compose: composerOf(config),
  });
  const onReceipts = () => outbox.kick();
  const intake = new Intake({ store, judging, clocks, counters, log, onReceipts });
  const waker = new Waker({ store, judging, clocks, log, now, onReceipts });
  const greeter = new Greeter({ link, clocks, domains, component: component.domain, log });
  const housekeeping = new Housekeeping({ store, retentionDays, log });
  const routes = routesOf({ intake, greeter, store, rules, counters });
  const onMessage = messagesOf({ outbox, counters });
  connect(link, {
    whileOnline: [greeter, outbox, waker],
    clocks,
    router: { routes, counters, onMessage },
  });
  return new RunningDaemon({ link, store, intake, housekeeping, counters, log });
}

function rulesOf({ domains, receipts, policy, disclosure }: Config): Rules {
  const { statuses, graceMs, expireAfterMs } = receipts;
  return {
    domains,
    statuses,
    grace: graceMs * 1000,
    expireAfter: expireAfterMs * 1000,
    policy: policy.default,
    disclosure,
  };
}

interface Connections {
  readonly whileOnline: readonly { start(): void; stop(): void }[];
  readonly clocks: ServerClocks;
  readonly router: RouterParts;
}

function connect(link: Link, { whileOnline, clocks, router }: Connections): void {
  link.onOnline(() => {
    for (const part of whileOnline) part.start();
  });
  link.onOffline(() => {
    for (const part of whileOnline) part.stop();
    clocks.forget();
  });
  link.onStanza(async (stanza) => {
    const answer = await route(stanza, router);
    // Whoever asked has lost the stream as well, and asks again.
    if (answer !== undefined) await link.send(answer).catch(onlyLinkErrors);
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
