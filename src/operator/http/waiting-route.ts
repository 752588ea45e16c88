import type { WhatWaits } from '../waiting.ts';
import { Address } from './address.ts';
import { refusals } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const Because = z.enum([
  'offline',
  'its-turn-comes',
  'gathers',
  'sent',
  'came-back',
  'asked',
  'put-later',
]);

const Waiting = z
  .object({
    counts: z
      .object({ receipts: z.number(), ticks: z.number(), questions: z.number() })
      .openapi({ description: 'Of everybody.' }),
    receipts: z.array(
      z.object({
        sender: z.string().openapi({ description: 'Who is to get it.' }),
        recipient: z.string(),
        id: z.string(),
        status: z.string(),
        because: Because,
        next: z.string().openapi({ description: 'It is sent, or sent again, not before that.' }),
        tries: z.number().openapi({ description: 'How often it came back.' }),
        more: z.number().openapi({ description: 'Newer receipts that it tells the number of.' }),
      }),
    ),
    questions: z.array(
      z.object({
        recipient: z.string().openapi({ description: 'Who is asked.' }),
        number: z.number(),
        sender: z.string(),
        openedAt: z.string(),
        because: Because,
        next: z.string().optional(),
      }),
    ),
  })
  .openapi('Waiting');

export type WaitingAnswer = z.infer<typeof Waiting>;

const route = createRoute({
  method: 'get',
  path: '/api/waiting',
  summary: 'The receipts and questions that wait, of all or of one person, and why.',
  request: {
    query: z.object({
      user: Address.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
  },
  responses: {
    200: {
      description: 'At most so many of each.',
      content: { 'application/json': { schema: Waiting } },
    },
    ...refusals(400, 503),
  },
});

export function addWaiting(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(route, async (context) => {
    const { user, limit } = context.req.valid('query');
    return context.json(answerOf(await operator.whatWaits(user, limit)), 200);
  });
}

function answerOf({ counts, receipts, questions }: WhatWaits): WaitingAnswer {
  return {
    counts,
    receipts: receipts.map(({ key, isSent: _isSent, next, ...rest }) => {
      return { ...key, ...rest, next: timeOf(next) };
    }),
    questions: questions.map(({ opened, next, ...rest }) => {
      return {
        ...rest,
        openedAt: timeOf(opened),
        next: next === undefined ? undefined : timeOf(next),
      };
    }),
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
