import type { Completeness } from '../facts/completeness.ts';
import type { Ledger } from '../facts/ledger.ts';
import { composeReminder } from '../sending/compose-reminder.ts';
import type { HostStores } from '../sending/host-stores.ts';
import { Greeter } from '../servers/greeter.ts';
import type { HostOrders } from '../servers/host-orders.ts';
import { PolicySync } from '../servers/policy-sync.ts';
import { Reminders } from '../servers/reminders.ts';
import { TickOrders } from '../servers/tick-orders.ts';
import type { Shared } from './given.ts';
import { composePartsOf } from './make-senders.ts';

export function makePolicySync(shared: Shared): PolicySync {
  const { agreement, config, link, store, counters, log, now } = shared;
  const policies = new PolicySync({
    component: config.component.domain,
    preferences: store.preferences,
    link,
    rules: agreement.told,
    counters,
    log,
    now,
  });
  agreement.onChanged(() => policies.renew());
  return policies;
}

interface ForGreeter {
  readonly completeness: Completeness;
  readonly hostStores: HostStores;
  readonly hostOrders: HostOrders;
  readonly policies: PolicySync;
}

export function makeGreeter(
  shared: Shared,
  { completeness, hostStores, hostOrders, policies }: ForGreeter,
): Greeter {
  const { config, link, gaps, counters, happenings, spell, log, now } = shared;
  return new Greeter({
    component: config.component.domain,
    domains: config.domains,
    onMet: (domain, hello) => {
      hostStores.meet(domain, hello);
      hostOrders.meet(domain, hello);
      policies.meet(domain, hello);
    },
    onDropped: (domain, at) =>
      void gaps.note(domain, at).catch((err: unknown) => {
        log.error({ err, domain }, 'a gap could not be kept: a message may be called lost wrongly');
      }),
    onChanged: ({ domain, problem }) =>
      happenings.tell(() => [{ kind: 'server', at: now(), domain, problem }]),
    completeness,
    link,
    counters,
    spell,
    log,
  });
}

interface ForReminders {
  readonly hostOrders: HostOrders;
  readonly ledger: Pick<Ledger, 'timeFor'>;
}

export function makeReminders(shared: Shared, { hostOrders, ledger }: ForReminders): Reminders {
  const { config, link, store, rules, counters, log, now } = shared;
  const composing = composePartsOf(shared);
  return new Reminders({
    reminders: store.reminders,
    records: store.records,
    timeFor: (key) => ledger.timeFor(key),
    compose: (watch, found) => composeReminder(watch, found, composing),
    component: config.component.domain,
    domains: config.domains,
    hostOrders,
    link,
    rules,
    counters,
    log,
    now,
  });
}

interface ForTickOrders {
  readonly completeness: Completeness;
}

export function makeTickOrders(shared: Shared, { completeness }: ForTickOrders): TickOrders {
  const { config, link, store, isSure, counters, log, now } = shared;
  return new TickOrders({
    component: config.component.domain,
    domains: config.domains,
    ticks: store.ticks,
    completeness,
    isSure,
    link,
    counters,
    log,
    now,
  });
}
