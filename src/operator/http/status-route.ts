import type { StandbyState } from '../standby.ts';
import type { DaemonStatus, Daemons as DaemonsSeen } from '../status.ts';
import { refusals } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';
import { Server, serverAnswer } from './server-answer.ts';

const FAILURES = [
  'unresolved',
  'unreached',
  'secret-refused',
  'name-unknown',
  'conflict',
  'other',
] as const;

const Daemons = z
  .object({
    members: z.array(
      z.object({
        component: z.string(),
        domains: z.array(z.string()),
        holder: z.string().openapi({ description: 'The last that served it: machine, process.' }),
        isServed: z.boolean(),
        servedSeconds: z.number(),
        silentSeconds: z.number().openapi({ description: 'Since the last sign of life.' }),
        standbys: z.array(z.string()),
      }),
    ),
    differences: z
      .array(
        z.object({
          setting: z.string(),
          values: z.record(z.string(), z.unknown()),
          holds: z.unknown(),
        }),
      )
      .openapi({ description: 'Settings in which they differ, and what holds for all.' }),
    clockAheadSeconds: z.number().openapi({ description: 'Of the clock of the store.' }),
  })
  .openapi('Daemons', { description: 'All daemons of the store.' });

export const Status = z
  .object({
    version: z.string(),
    component: z.string(),
    state: z.literal('serving'),
    upSeconds: z.number(),
    link: z.object({
      isOnline: z.boolean(),
      tries: z.number().optional(),
      problem: z.string().optional(),
      reason: z.enum(FAILURES).optional(),
    }),
    servers: z.array(Server),
    unconfigured: z.array(z.string()).openapi({
      description: 'Hosts that have mod_receipts for our component, and are not in "domains".',
    }),
    daemons: Daemons,
    waiting: z.object({ receipts: z.number(), ticks: z.number(), questions: z.number() }),
    counts: z.record(z.string(), z.number()),
  })
  .openapi('Status');

export type StatusAnswer = z.infer<typeof Status>;

const StandbyStatus = z
  .object({
    version: z.string(),
    component: z.string(),
    state: z.literal('standby'),
    upSeconds: z.number(),
    holder: z.string().openapi({
      description: 'The daemon that serves the component: its machine and process.',
    }),
  })
  .openapi('StandbyStatus');

export type StandbyAnswer = z.infer<typeof StandbyStatus>;

const route = createRoute({
  method: 'get',
  path: '/api/status',
  summary: 'How the daemon is, at a glance.',
  responses: {
    200: {
      description: 'So it is. A daemon that stands by answers nothing else: 503.',
      content: { 'application/json': { schema: z.union([Status, StandbyStatus]) } },
    },
    ...refusals(503),
  },
});

export function addStatus(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(route, async (context) => context.json(statusAnswer(await operator.status()), 200));
}

export function statusAnswer({
  upMs,
  servers,
  unconfigured,
  daemons,
  ...status
}: DaemonStatus): StatusAnswer {
  return {
    ...status,
    state: 'serving',
    upSeconds: Math.round(upMs / 1000),
    servers: servers.map(serverAnswer),
    daemons: daemonsAnswer(daemons),
    unconfigured: [...unconfigured],
  };
}

export function standbyAnswer({ upMs, ...state }: StandbyState): StandbyAnswer {
  return { ...state, upSeconds: Math.round(upMs / 1000) };
}

function daemonsAnswer({ members, differences, clockAheadMs }: DaemonsSeen) {
  return {
    members: members.map(({ settings: _, servedMs, silentMs, domains, standbys, ...member }) => ({
      ...member,
      domains: [...domains],
      standbys: [...standbys],
      servedSeconds: Math.round(servedMs / 1000),
      silentSeconds: Math.round(silentMs / 1000),
    })),
    differences: differences.map(({ values, ...it }) => ({ ...it, values: { ...values } })),
    clockAheadSeconds: Math.round(clockAheadMs / 1000),
  };
}
