import { isIP } from 'node:net';
import type { Listening } from '../config/config.ts';
import { OPEN_PATHS } from './health.ts';
import { bearerAuth, type MiddlewareHandler } from './hono.ts';

/** Only who knows the token gets in, but for the health of the process. */
export function needsToken({ token }: Pick<Listening, 'token'>): MiddlewareHandler {
  const check = bearerAuth({
    token,
    noAuthenticationHeader: { message: { problem: 'a token is needed: Authorization: Bearer …' } },
    invalidAuthenticationHeader: { message: { problem: 'expected Authorization: Bearer …' } },
    invalidToken: { message: { problem: 'this is not the token of "http.tokenFile"' } },
  });
  return (context, next) => (OPEN_PATHS.includes(context.req.path) ? next() : check(context, next));
}

/**
 * Only requests that name us as their host. Otherwise a page of a stranger, whose name leads to our
 * address, could ask in the browser of an operator (DNS rebinding).
 */
export function needsOurName({ host, names }: Listening): MiddlewareHandler {
  const ours = [host, 'localhost', ...names].map((name) => name.toLowerCase());
  return async (context, next) => {
    const found = hostIn(context.req.header('host') ?? '');
    if (ours.includes(found) || isIP(found) > 0) return next();
    return context.json(
      { problem: `this is not a name of ours: "${found}". Add it to "http.names" if it is` },
      421,
    );
  };
}

/** Without the port, and without the brackets of IPv6. */
function hostIn(header: string): string {
  return header
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
}
