import type { Forgetting } from '../../store/members.ts';
import { refusals, refuse } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const ForgottenSchema = z.object({ component: z.string() }).openapi('Forgotten');

export type ForgottenAnswer = z.infer<typeof ForgottenSchema>;

const forget = createRoute({
  method: 'delete',
  path: '/api/members/{component}',
  summary: 'A daemon of the store that is silent is none any more.',
  request: { params: z.object({ component: z.string() }) },
  responses: {
    200: {
      description: 'Its domains and its settings count no more.',
      content: { 'application/json': { schema: ForgottenSchema } },
    },
    ...refusals(404, 409, 503),
  },
});

export function addMembers(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(forget, async (context) => {
    const { component } = context.req.valid('param');
    const forgetting = await operator.forgetMember(component);
    if (forgetting !== 'forgotten') return refuse(...WHY_NOT[forgetting](component));
    return context.json({ component }, 200);
  });
}

const WHY_NOT: Readonly<
  Record<Exclude<Forgetting, 'forgotten'>, (component: string) => [404 | 409, string]>
> = {
  unknown: (component) => [404, `no daemon of this store serves ${component}: see the status`],
  served: (component) => [
    409,
    `${component} is served now: end its daemon, and those that stand by for it`,
  ],
};
