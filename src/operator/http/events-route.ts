import type { Happening } from '../../telemetry/happenings.ts';
import { refusals, refuse } from './errors.ts';
import { createRoute, type OpenAPIHono, streamSSE, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const message = { at: z.string(), sender: z.string(), recipient: z.string(), id: z.string() };
const optional = z.string().optional();

const Event = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('fact'), ...message, fact: z.string(), side: z.string() }),
    z.object({
      kind: z.literal('decision'),
      ...message,
      decision: z.string(),
      told: z.array(z.string()).readonly(),
      because: optional,
      withheld: optional,
      tick: z.string(),
      question: z.string(),
    }),
    z.object({
      kind: z.literal('receipts'),
      at: z.string(),
      user: z.string(),
      outcome: z.enum(['sent', 'refused', 'given up']),
      receipts: z
        .array(z.object({ recipient: z.string(), id: z.string(), status: z.string() }))
        .readonly(),
    }),
    z.object({
      kind: z.literal('link'),
      at: z.string(),
      isOnline: z.boolean(),
      problem: optional,
    }),
    z.object({
      kind: z.literal('server'),
      at: z.string(),
      domain: z.string(),
      problem: optional,
    }),
    z.object({ kind: z.literal('skipped'), at: z.string(), count: z.number() }),
  ])
  .openapi('Event');

export type EventAnswer = z.infer<typeof Event>;

/** How often something is written at least, so that a reader who went away is noticed. */
const BEAT_MS = 15_000;

const route = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'What happens from now on, for one user or all: server-sent events, each with an Event.',
  request: { query: z.object({ user: z.string().min(1).max(3071).optional() }) },
  responses: {
    200: {
      description: 'It goes on until either side ends it.',
      content: { 'text/event-stream': { schema: Event } },
    },
    ...refusals(400, 409),
  },
});

export function addEvents(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(route, (context) => {
    const { user } = context.req.valid('query');
    const watching = operator.watch(user) ?? refuse(409, 'too many watch already: end one of them');
    return streamSSE(context, async (stream) => {
      const beat = setInterval(() => void stream.write(': here\n\n'), BEAT_MS);
      stream.onAbort(() => watching.close());
      await stream.write(': watching\n\n');
      for (let happened = await watching.next(); happened.length > 0; ) {
        for (const each of happened)
          await stream.writeSSE({ data: JSON.stringify(answerOf(each)) });
        happened = await watching.next();
      }
      clearInterval(beat);
    });
  });
}

function answerOf(happening: Happening): EventAnswer {
  return { ...happening, at: new Date(happening.at).toISOString() };
}
