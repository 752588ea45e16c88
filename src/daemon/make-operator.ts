import { makeOperator, type Operator } from '../operating/operator.ts';
import type { Ledger } from '../records/ledger.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { Shared } from './given.ts';

interface ForOperator {
  readonly greeter: Pick<Greeter, 'servers'>;
  readonly ledger: Pick<Ledger, 'timeFor'>;
}

export function operatorOver(
  { config, link, store, counters, rules, spell }: Shared,
  { greeter, ledger }: ForOperator,
): Operator {
  const startedAt = performance.now();
  return makeOperator({
    component: config.component.domain,
    servers: () => greeter.servers,
    upMs: () => performance.now() - startedAt,
    timeFor: (key) => ledger.timeFor(key),
    preferences: store.preferences,
    questions: store.questions,
    records: store.records,
    upkeep: store.upkeep,
    rules,
    spell,
    counters,
    link,
  });
}
