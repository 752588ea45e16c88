import { VERSION } from '../../telemetry/version.ts';
import { addBackup } from './backup-route.ts';
import { addErrors, badInput } from './errors.ts';
import { addEvents } from './events-route.ts';
import { addExport } from './export-route.ts';
import { addHealth } from './health.ts';
import { type MiddlewareHandler, OpenAPIHono } from './hono.ts';
import { addMembers } from './members-routes.ts';
import { addMessages } from './messages-routes.ts';
import { addMetrics } from './metrics-route.ts';
import type { ApiParts } from './parts.ts';
import { addPolicies } from './policy-routes.ts';
import { addPrune } from './prune-routes.ts';
import { countRefusals } from './refused.ts';
import { addStatus } from './status-route.ts';
import { addWaiting } from './waiting-route.ts';

/** The parts of an API, one for each subject. A new subject gets a row. */
const SUBJECTS: readonly ((api: OpenAPIHono, parts: ApiParts) => void)[] = [
  addHealth,
  addStatus,
  addMessages,
  addWaiting,
  addMetrics,
  addEvents,
  addPolicies,
  addPrune,
  addExport,
  addBackup,
  addMembers,
];

/** Everything that is answered, to whoever the guards let in. */
export function makeApi(parts: ApiParts, guards: readonly MiddlewareHandler[] = []): OpenAPIHono {
  const api = new OpenAPIHono({ defaultHook: badInput });
  for (const guard of [countRefusals(parts.counters), ...guards]) api.use(guard);
  for (const add of SUBJECTS) add(api, parts);
  api.doc31('/api/openapi.json', DESCRIPTION);
  addErrors(api, parts.log);
  return api;
}

export const DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'xmpp-receipts',
    version: VERSION,
    description:
      'What became of messages, and how the daemon is. docs/operating.md says who may ask.',
  },
} as const;
