import { POLICIES } from '../../message/policy.ts';
import type { PolicyReply, Refusal } from '../../user/commands/reply.ts';
import { Address } from './address.ts';
import { refusals, refuse } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const policyWord = z.enum(POLICIES);

const PolicySchema = z
  .object({
    user: z.string(),
    policy: policyWord,
    isOwn: z.boolean().openapi({ description: 'false: it is the default of the settings.' }),
    isLocked: z.boolean(),
    exceptions: z.record(z.string(), policyWord),
  })
  .openapi('Policy');

const SetSchema = PolicySchema.extend({
  change: z.enum(['in-force', 'kept', 'not-promised']).openapi({
    description: 'Whether the server enforces it already; kept: as soon as it has it.',
  }),
  isTold: z.boolean().openapi({ description: 'Whether the bot has told that person.' }),
}).openapi('PolicySet');

const OrderSchema = z
  .object({
    user: Address,
    contact: Address.optional().openapi({ description: 'A contact or a domain; else for all.' }),
    policy: z.enum([...POLICIES, 'default']),
  })
  .openapi('PolicyOrder');

export type PolicyAnswer = z.infer<typeof PolicySchema>;
export type PolicySetAnswer = z.infer<typeof SetSchema>;

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  'application/json': { schema },
});

const get = createRoute({
  method: 'get',
  path: '/api/policy',
  summary: 'What a user lets senders know.',
  request: { query: z.object({ user: Address }) },
  responses: {
    200: { description: 'What holds.', content: json(PolicySchema) },
    ...refusals(400, 404, 503),
  },
});

const set = createRoute({
  method: 'put',
  path: '/api/policy',
  summary: 'Sets it for a user, who is told so. It answers when the server has it, if it can.',
  request: { body: { required: true, content: json(OrderSchema) } },
  responses: {
    200: { description: 'What holds now.', content: json(SetSchema) },
    ...refusals(400, 404, 409, 503),
  },
});

const list = createRoute({
  method: 'get',
  path: '/api/policies',
  summary: 'The users of a domain who have a policy, a page in the order of their addresses.',
  request: {
    query: z.object({
      domain: z.string().min(1),
      after: z
        .string()
        .default('')
        .openapi({ description: 'The last address of the page before.' }),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
  },
  responses: {
    200: { description: 'A page; an empty one is the last.', content: json(z.array(PolicySchema)) },
    ...refusals(400, 503),
  },
});

export function addPolicies(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(get, async (context) => {
    const { user } = context.req.valid('query');
    const { account, policy } = (await operator.policyOf(user)) ?? refuse(404, notOurs(user));
    return context.json(answerOf(account, policy), 200);
  });
  api.openapi(set, async (context) => {
    const { user, contact, policy } = context.req.valid('json');
    const done = await operator.setPolicy({ user, contact, policy });
    const { account, reply, isTold } = done ?? refuse(404, notOurs(user));
    if (reply.kind !== 'policy') return refuse(409, whyNot(reply));
    const { change = 'kept' } = reply;
    return context.json({ ...answerOf(account, reply), change, isTold }, 200);
  });
  api.openapi(list, async (context) => {
    const choosers = await operator.choosersOf(context.req.valid('query'));
    const page = choosers.map(({ account, policy }) => answerOf(account, policy));
    return context.json(page, 200);
  });
}

function answerOf(user: string, reply: PolicyReply): PolicyAnswer {
  const { policy, isOwn, isLocked, exceptions } = reply;
  return { user, policy, isOwn, isLocked, exceptions };
}

function notOurs(user: string): string {
  return `${user} is not a user of "domains": is the address spelled as the server spells it?`;
}

function whyNot(reply: { readonly kind: string; readonly because?: Refusal }): string {
  if (reply.because === 'locked') return '"policy.locked" is set: the default holds for everybody';
  return reply.because === 'too-many-exceptions'
    ? 'this user has 100 exceptions already, or very long ones: remove one first'
    : `it was refused: ${reply.because ?? reply.kind}`;
}
