import type { Counters, HttpRefusal } from '../../telemetry/counters.ts';
import type { Context, MiddlewareHandler } from './hono.ts';

const REFUSALS: Readonly<Record<number, HttpRefusal>> = {
  400: 'bad request (400)',
  401: 'no token (401)',
  403: 'other page (403)',
  404: 'not found (404)',
  409: 'not now (409)',
  413: 'too long (413)',
  421: 'other name (421)',
  429: 'too many wrong tokens (429)',
  500: 'failed (500)',
  503: 'store fails (503)',
};

/** Counts what is refused, by guards, routes and pages. It stands before all of them. */
export function countRefusals(counters: Pick<Counters, 'count'>): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { status } = context.res;
    if (status >= 400) counters.count(`http requests refused: ${reasonOf(context)}`);
  };
}

function reasonOf({ req, res }: Context): HttpRefusal {
  if (res.status === 401 && gaveToken(req)) return 'wrong token (401)';
  return REFUSALS[res.status] ?? 'other';
}

function gaveToken(req: Context['req']): boolean {
  return req.header('authorization') !== undefined || req.path === '/login';
}
