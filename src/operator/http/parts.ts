import type { Counters } from '../../telemetry/counters.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Operator } from '../operator.ts';
import type { OpenAPIHono } from './hono.ts';
import type { Sessions } from './sessions.ts';
import type { TokenCheck } from './token-check.ts';

export interface ApiParts {
  readonly operator: Operator;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly counters: Pick<Counters, 'count'>;
  readonly log: Logger;
}

/** How one gets in by TCP. */
export interface Entrance {
  readonly token: TokenCheck;
  readonly sessions: Sessions;
}

/** Pages for people, which stand beside the API where it answers by TCP. */
export interface Pages {
  /** Paths that are open to whoever has no token: how one is given. */
  isOpen(path: string): boolean;
  add(api: OpenAPIHono, entrance: Entrance): void;
  close(): void;
}
