import { makeOperator, type Operator } from '../operating/operator.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { Shared } from './given.ts';

interface ForOperator {
  readonly greeter: Pick<Greeter, 'servers'>;
}

export function operatorOver(
  { config, link, store, counters }: Shared,
  { greeter }: ForOperator,
): Operator {
  const startedAt = performance.now();
  return makeOperator({
    component: config.component.domain,
    servers: () => greeter.servers,
    upMs: () => performance.now() - startedAt,
    upkeep: store.upkeep,
    counters,
    link,
  });
}
