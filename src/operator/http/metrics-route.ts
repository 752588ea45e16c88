import type { OpenAPIHono } from './hono.ts';
import type { ApiParts } from './parts.ts';

/** What Prometheus reads: its own format, so it is not in the description of the API. */
export function addMetrics(api: OpenAPIHono, { metrics }: ApiParts): void {
  api.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
}
