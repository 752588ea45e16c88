import type { Pruned, PruneOrder } from '../pruning.ts';
import { Address } from './address.ts';
import { refusals, refuse } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const DAY = 86_400_000;

const OrderSchema = z
  .object({
    olderThanDays: z.number().positive().max(36_500).optional().openapi({
      description: 'Messages whose last sending is older, and what belongs to them.',
    }),
    user: Address.optional().openapi({
      description: 'Or all that is known of a person, as if the account had been deleted.',
    }),
    andPolicy: z.boolean().default(false).openapi({
      description: 'Also where the person has a policy: the default holds then.',
    }),
  })
  .refine(({ olderThanDays, user }) => (olderThanDays === undefined) !== (user === undefined), {
    path: ['olderThanDays'],
    message: 'expected either this or "user"',
  })
  .openapi('PruneOrder');

const GoingSchema = z
  .object({
    user: z.string().optional().openapi({ description: 'The person whom the order names.' }),
    messages: z.number(),
    hasPolicy: z.boolean().openapi({ description: 'Whether the person has a policy, which goes.' }),
  })
  .openapi('WhatGoes');

const PrunedSchema = z
  .object({
    count: z.number().openapi({ description: 'Messages, receipts, marks and so on.' }),
    isMore: z.boolean().openapi({ description: 'Ask again: one request works half a second.' }),
  })
  .openapi('Pruned');

export type PruneOrderGiven = z.input<typeof OrderSchema>;
export type WhatGoesAnswer = z.infer<typeof GoingSchema>;
export type PrunedAnswer = z.infer<typeof PrunedSchema>;

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

const request = { body: { required: true, content: json(OrderSchema) } };

const dryRun = createRoute({
  method: 'post',
  path: '/api/prune/dry-run',
  summary: 'What such an order would remove. Nothing is removed.',
  request,
  responses: {
    200: { description: 'So much.', content: json(GoingSchema) },
    ...refusals(400, 503),
  },
});

const prune = createRoute({
  method: 'post',
  path: '/api/prune',
  summary: 'Removes what is older, or what is known of a person, a portion with each request.',
  request,
  responses: {
    200: { description: 'So much was removed.', content: json(PrunedSchema) },
    ...refusals(400, 409, 503),
  },
});

export function addPrune(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(dryRun, async (context) =>
    context.json(await operator.whatGoes(orderOf(context.req.valid('json'))), 200),
  );
  api.openapi(prune, async (context) => {
    const pruned = await operator.prune(orderOf(context.req.valid('json')));
    if (pruned.kind === 'refused') return refuse(409, WHY_NOT[pruned.because]);
    return context.json({ count: pruned.count, isMore: pruned.isMore }, 200);
  });
}

function orderOf({ olderThanDays = 0, user, andPolicy }: z.output<typeof OrderSchema>): PruneOrder {
  if (user !== undefined) return { kind: 'person', user, andPolicy };
  return { kind: 'older', than: olderThanDays * DAY };
}

const WHY_NOT: Readonly<Record<Extract<Pruned, { kind: 'refused' }>['because'], string>> = {
  'clock-unsure':
    'the clock of the machine went ahead lately, so nobody knows what is old: try again in a day',
  'has-policy':
    'this person has a policy, which would go too, so that the default holds: say "andPolicy" (--and-policy) if that is wanted',
};
