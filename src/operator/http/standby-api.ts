import type { Counters } from '../../telemetry/counters.ts';
import type { Logger } from '../../telemetry/log.ts';
import { standbyMetrics } from '../metrics/standby-metrics.ts';
import type { Standby } from '../standby.ts';
import { addErrors } from './errors.ts';
import { type MiddlewareHandler, OpenAPIHono } from './hono.ts';
import type { Behind } from './listening.ts';
import type { Pages } from './parts.ts';
import { countRefusals } from './refused.ts';
import { standbyAnswer } from './status-route.ts';

export interface StandbyParts {
  readonly standby: Standby;
  readonly counters: Pick<Counters, 'count'>;
  readonly log: Logger;
}

const NO_PAGES: Pages = { isOpen: () => false, add: () => {}, close: () => {} };

/** What is answered by a daemon that stands by: that it lives, and who serves. */
export function behindStandby(parts: StandbyParts): Behind {
  return { api: (guards) => makeStandbyApi(parts, guards), pages: () => NO_PAGES };
}

function makeStandbyApi(
  { standby, counters, log }: StandbyParts,
  guards: readonly MiddlewareHandler[] = [],
): OpenAPIHono {
  const api = new OpenAPIHono();
  const metrics = standbyMetrics();
  for (const guard of [countRefusals(counters), ...guards]) api.use(guard);
  api.get('/healthz', (context) => context.text('ok'));
  api.get('/readyz', (context) => context.text('standby', 503));
  api.get('/api/status', (context) => context.json(standbyAnswer(standby.state)));
  api.get('/metrics', async (context) =>
    context.body(await metrics.metrics(), 200, { 'content-type': metrics.contentType }),
  );
  api.all('*', (context) => context.json({ problem: standby.sentence }, 503));
  addErrors(api, log);
  return api;
}
