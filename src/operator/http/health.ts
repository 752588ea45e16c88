import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const word = (text: string) => ({ 'text/plain': { schema: z.literal(text) } });

const alive = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Does it live?',
  responses: { 200: { description: 'It does.', content: word('ok') } },
});

const ready = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Is it connected, and has the module of each domain greeted it?',
  responses: {
    200: { description: 'Yes.', content: word('ready') },
    503: { description: 'Not now; /api/status says why.', content: word('not ready') },
  },
});

/** For those who watch over processes. They say nothing that is secret, so no token is needed. */
export const OPEN_PATHS: readonly string[] = [alive.path, ready.path];

export function addHealth(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(alive, (context) => context.text('ok', 200));
  api.openapi(ready, (context) =>
    operator.isReady() ? context.text('ready', 200) : context.text('not ready', 503),
  );
}
