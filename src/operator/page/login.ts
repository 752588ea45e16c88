import type { Logger } from '../../telemetry/log.ts';
import { addressOf, SESSION_COOKIE } from '../http/access.ts';
import {
  bodyLimit,
  type Context,
  deleteCookie,
  getCookie,
  type OpenAPIHono,
  setCookie,
} from '../http/hono.ts';
import type { Entrance } from '../http/parts.ts';
import { SESSION_LASTS } from '../http/sessions.ts';
import type { Verdict } from '../http/token-check.ts';
import { wordsFor } from './language.ts';
import { type Html, loginSheet } from './layout.ts';

/** Whoever is not known yet may send no more than this, in bytes. */
const MAX_FORM = 4096;

/** The form that lets in with the token, and the button that lets out. */
export function addLogin(api: OpenAPIHono, { token, sessions }: Entrance, log: Logger): void {
  api.get('/login', (context) => context.html(formFor(context)));
  api.post('/login', bodyLimit({ maxSize: MAX_FORM }), async (context) => {
    const { token: given } = await context.req.parseBody();
    const verdict = token.look(String(given), addressOf(context));
    if (verdict.kind !== 'right') return refuse(context, verdict, log);
    const maxAge = SESSION_LASTS / 1000;
    const options = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge } as const;
    setCookie(context, SESSION_COOKIE, sessions.open(), options);
    return context.redirect('/', 303);
  });
  api.post('/logout', (context) => {
    sessions.close(getCookie(context, SESSION_COOKIE));
    deleteCookie(context, SESSION_COOKIE, { path: '/' });
    return context.redirect('/login', 303);
  });
}

function refuse(context: Context, verdict: Verdict, log: Logger) {
  const { login } = wordsFor(context);
  if (verdict.kind !== 'too-many') {
    log.warn('somebody gave the page a wrong token');
    return context.html(formFor(context, login.wrong), 401);
  }
  const { waitSeconds } = verdict;
  context.header('retry-after', String(waitSeconds));
  return context.html(formFor(context, login.tooMany(waitSeconds)), 429);
}

function formFor(context: Context, problem?: string): Html {
  return loginSheet(wordsFor(context), new URL(context.req.url), problem);
}
