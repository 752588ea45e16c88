import { isIP } from 'node:net';
import type { Listening } from '../../config/config.ts';
import { OPEN_PATHS } from './health.ts';
import {
  bearerAuth,
  type Context,
  getConnInfo,
  getCookie,
  HTTPException,
  type MiddlewareHandler,
} from './hono.ts';
import type { Sessions } from './sessions.ts';
import type { TokenCheck, Verdict } from './token-check.ts';

/** The cookie of those who gave the token to the page. */
export const SESSION_COOKIE = 'xmpp-receipts-session';

interface Knowing {
  readonly token: TokenCheck;
  readonly sessions: Pick<Sessions, 'isOpen'>;
  /** Whether a path is open to everybody. */
  readonly isOpen: (path: string) => boolean;
}

/** Only who knows the token gets in, or who gave it to the page; a browser is led to the form. */
export function needsToken({ token, sessions, isOpen }: Knowing): MiddlewareHandler {
  const check = bearerAuth({
    verifyToken: (given, context) => isRight(token.look(given, addressOf(context))),
    noAuthenticationHeader: { message: { problem: 'a token is needed: Authorization: Bearer …' } },
    invalidAuthenticationHeader: { message: { problem: 'expected Authorization: Bearer …' } },
    invalidToken: { message: { problem: 'this is not the token of "http.tokenFile"' } },
  });
  return async (context, next) => {
    const { path } = context.req;
    if (OPEN_PATHS.includes(path) || isOpen(path)) return next();
    if (sessions.isOpen(getCookie(context, SESSION_COOKIE))) return next();
    return isForReading(context) ? context.redirect('/login', 303) : check(context, next);
  };
}

function isRight(verdict: Verdict): boolean {
  if (verdict.kind !== 'too-many') return verdict.kind === 'right';
  const { waitSeconds } = verdict;
  const problem = `too many wrong tokens: try again in ${waitSeconds} seconds`;
  const headers = { 'retry-after': String(waitSeconds) };
  throw new HTTPException(429, { res: Response.json({ problem }, { status: 429, headers }) });
}

/** Who is at the other end of the connection; what a header says of it could be made up. */
export function addressOf(context: Context): string {
  return getConnInfo(context).remote.address ?? 'unknown';
}

/** A browser that goes to a page, not a program. */
function isForReading({ req }: Context): boolean {
  const { accept = '', authorization } = req.header();
  return req.method === 'GET' && authorization === undefined && accept.includes('text/html');
}

/**
 * What changes something must come from our own page, if it comes from a page. Programs send no
 * origin.
 */
export const needsOurOrigin: MiddlewareHandler = async (context, next) => {
  if (['GET', 'HEAD'].includes(context.req.method) || isOurOwn(context)) return next();
  return context.json({ problem: 'this request comes from the page of somebody else' }, 403);
};

function isOurOwn({ req }: Context): boolean {
  const { origin, host = '', 'sec-fetch-site': site = 'same-origin' } = req.header();
  if (site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
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
