import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../observing/log.ts';
import type { Operator } from '../operating/operator.ts';

/** What the API needs. */
export interface ApiParts {
  readonly operator: Operator;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly log: Logger;
}
