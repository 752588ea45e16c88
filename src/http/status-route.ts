import type { DaemonStatus } from '../operator/status.ts';
import { refusals } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const FAILURES = [
  'unresolved',
  'unreached',
  'secret-refused',
  'name-unknown',
  'conflict',
  'other',
] as const;

const Server = z.object({
  domain: z.string(),
  problem: z.string().optional().openapi({ description: 'Why nothing can be told of its users.' }),
  server: z.string().optional().openapi({ example: 'Prosody 0.12.3' }),
  module: z.string().optional().openapi({ description: 'The version of mod_receipts.' }),
  proves: z.array(z.string()),
  enforces: z.array(z.string()),
  stores: z.array(z.string()),
  nodes: z.number().optional(),
  waiting: z.number().optional().openapi({ description: 'Facts that wait there for us.' }),
});

export const Status = z
  .object({
    version: z.string(),
    component: z.string(),
    upSeconds: z.number(),
    link: z.object({
      isOnline: z.boolean(),
      tries: z.number().optional(),
      problem: z.string().optional(),
      reason: z.enum(FAILURES).optional(),
    }),
    servers: z.array(Server),
    waiting: z.object({ receipts: z.number(), ticks: z.number(), questions: z.number() }),
    counts: z.record(z.string(), z.number()),
  })
  .openapi('Status');

export type StatusAnswer = z.infer<typeof Status>;

const route = createRoute({
  method: 'get',
  path: '/api/status',
  summary: 'How the daemon is, at a glance.',
  responses: {
    200: { description: 'So it is.', content: { 'application/json': { schema: Status } } },
    ...refusals(503),
  },
});

export function addStatus(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(route, async (context) => context.json(answerOf(await operator.status()), 200));
}

function answerOf({ upMs, servers, ...status }: DaemonStatus): StatusAnswer {
  return { ...status, upSeconds: Math.round(upMs / 1000), servers: servers.map(serverOf) };
}

function serverOf({ domain, problem, hello }: DaemonStatus['servers'][number]) {
  const { server = '', serverVersion = '', module, nodes, waiting } = hello ?? {};
  return {
    domain,
    problem,
    server: hello && `${server} ${serverVersion}`,
    module,
    nodes,
    waiting,
    proves: [...(hello?.proves ?? [])],
    enforces: [...(hello?.enforces ?? [])],
    stores: [...(hello?.stores ?? [])],
  };
}
