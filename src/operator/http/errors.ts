import { StoreUnavailable } from '../../store/store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { type Context, type ErrorHandler, HTTPException, type OpenAPIHono, z } from './hono.ts';

/** What every refusal looks like: one sentence that says what to do. */
export const Problem = z.object({ problem: z.string() }).openapi('Problem');

/** The answers of a route that can refuse. */
export function refusals(...codes: readonly (400 | 404 | 409 | 503)[]) {
  const content = { 'application/json': { schema: Problem } };
  return Object.fromEntries(codes.map((code) => [code, { description: MEANINGS[code], content }]));
}

const MEANINGS = {
  400: 'The request cannot be read.',
  404: 'There is no such thing.',
  409: 'It cannot be done now.',
  503: 'The store cannot be used now.',
} as const;

/** Throw it in a route: expected failure. */
export function refuse(status: 400 | 404 | 409, problem: string): never {
  throw new HTTPException(status, { message: problem });
}

interface Checked {
  readonly success: boolean;
  readonly error?: { readonly issues: readonly z.core.$ZodIssue[] };
}

/** Bad input: names what was wrong with each value. */
export function badInput(result: Checked, context: Context): Response | undefined {
  if (result.success) return undefined;
  const lines = (result.error?.issues ?? []).map(
    ({ path, message }) => `"${path.map(String).join('.')}": ${message}`,
  );
  return context.json({ problem: lines.join('; ') }, 400);
}

/** Whatever goes wrong in a route is answered here. */
export function addErrors(api: OpenAPIHono, log: Logger): void {
  api.notFound((context) =>
    context.json({ problem: `nothing is at ${context.req.path}: see /api/openapi.json` }, 404),
  );
  api.onError(answerWith(log));
}

function answerWith(log: Logger): ErrorHandler {
  return (error, context) => {
    if (error instanceof HTTPException)
      return error.res ?? context.json({ problem: error.message }, error.status);
    if (error instanceof StoreUnavailable) return context.json({ problem: error.message }, 503);
    log.error({ err: error, path: context.req.path }, 'a request failed: a bug, please report it');
    return context.json({ problem: 'the daemon failed at this: see its log' }, 500);
  };
}
