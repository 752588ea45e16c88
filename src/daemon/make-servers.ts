import type { Completeness } from '../records/completeness.ts';
import { Greeter } from '../servers/greeter.ts';
import { PolicySync } from '../servers/policy-sync.ts';
import { TickOrders } from '../servers/tick-orders.ts';
import type { Shared } from './given.ts';

export function makePolicySync(shared: Shared): PolicySync {
  const { config, link, store, rules, counters, log, now } = shared;
  return new PolicySync({
    component: config.component.domain,
    preferences: store.preferences,
    link,
    rules,
    counters,
    log,
    now,
  });
}

export function makeGreeter(
  shared: Shared,
  completeness: Completeness,
  policies: PolicySync,
): Greeter {
  const { config, link, rules, spell, log } = shared;
  return new Greeter({
    component: config.component.domain,
    domains: rules.domains,
    onMet: (domain, hello) => policies.meet(domain, hello),
    completeness,
    link,
    spell,
    log,
  });
}

export function makeTickOrders(shared: Shared, completeness: Completeness): TickOrders {
  const { config, link, store, rules, counters, log, now } = shared;
  return new TickOrders({
    component: config.component.domain,
    domains: rules.domains,
    ticks: store.ticks,
    completeness,
    link,
    counters,
    log,
    now,
  });
}
