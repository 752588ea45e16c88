import type { Ledger } from '../facts/ledger.ts';
import { type Operator, operatorWith } from '../operator/operator.ts';
import type { PoliciesParts } from '../operator/policies.ts';
import type { PruningParts } from '../operator/pruning.ts';
import type { Daemons } from '../operator/status.ts';
import { typedSpelling } from '../protocol/spelling/spelling.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { PolicySync } from '../servers/policy-sync.ts';
import { StoreCopies } from '../store/store-copies.ts';
import type { Agreement } from './agreement.ts';
import type { Shared } from './given.ts';

interface ForOperator {
  readonly greeter: Pick<Greeter, 'servers' | 'unconfigured'>;
  readonly ledger: Ledger;
  readonly policies: PolicySync;
}

export function makeOperator(given: Shared, forOperator: ForOperator): Operator {
  const shared = { ...given, spell: typedSpelling(given.spell) };
  const { agreement, config, link, store, counters, happenings, rules, spell, clock } = shared;
  const { greeter, ledger } = forOperator;
  const startedAt = performance.now();
  return operatorWith({
    component: config.component.domain,
    servers: () => greeter.servers,
    unconfigured: () => greeter.unconfigured,
    daemons: () => daemonsIn(agreement),
    forgetMember: (component) => agreement.forget(component),
    upMs: () => performance.now() - startedAt,
    timeFor: (key) => ledger.timeFor(key),
    policies: policiesPartsOf(shared, forOperator),
    pruning: pruningPartsOf(shared, forOperator),
    preferences: store.preferences,
    questions: store.questions,
    watches: store.watches,
    records: store.records,
    survey: store.survey,
    copies: new StoreCopies(config.store),
    upkeep: store.upkeep,
    clock,
    rules,
    spell,
    counters,
    happenings,
    link,
  });
}

function daemonsIn({ members, differences, clockAheadMs }: Agreement): Daemons {
  return { members, differences, clockAheadMs };
}

function pruningPartsOf(
  { agreement: { kept }, store, clock, spell, log }: Shared,
  { ledger, policies }: ForOperator,
): PruningParts {
  return {
    kept,
    presentFor: (key) => ledger.presentFor(key).at,
    onForgotten: (domain) => policies.changed(domain),
    upkeep: store.upkeep,
    survey: store.survey,
    preferences: store.preferences,
    clock,
    spell,
    log,
  };
}

function policiesPartsOf(
  { agreement, config, link, store, spell, introductions, log, now }: Shared,
  { ledger, policies }: ForOperator,
): PoliciesParts {
  return {
    component: config.component.domain,
    language: config.language,
    inForce: (domain, version) => policies.inForce(domain, version),
    store,
    ledger,
    told: agreement.told,
    domains: config.domains,
    spell,
    introductions,
    link,
    log,
    now,
  };
}
