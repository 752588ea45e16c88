import type { Logger } from '../../telemetry/log.ts';
import { SESSION_COOKIE } from '../http/access.ts';
import { bodyLimit, deleteCookie, getCookie, type OpenAPIHono, setCookie } from '../http/hono.ts';
import { SESSION_LASTS, type Sessions } from '../http/sessions.ts';
import { wordsFor } from './language.ts';
import { loginSheet } from './layout.ts';

/** Whoever is not known yet may send no more than this, in bytes. */
const MAX_FORM = 4096;

/** The form that lets in with the token, and the button that lets out. */
export function addLogin(api: OpenAPIHono, sessions: Sessions, log: Logger): void {
  api.get('/login', (context) =>
    context.html(loginSheet(wordsFor(context), new URL(context.req.url), false)),
  );
  api.post('/login', bodyLimit({ maxSize: MAX_FORM }), async (context) => {
    const { token } = await context.req.parseBody();
    const session = sessions.open(String(token));
    if (session === undefined) {
      log.warn('somebody gave the page a wrong token');
      return context.html(loginSheet(wordsFor(context), new URL(context.req.url), true), 401);
    }
    const maxAge = SESSION_LASTS / 1000;
    const options = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge } as const;
    setCookie(context, SESSION_COOKIE, session, options);
    return context.redirect('/', 303);
  });
  api.post('/logout', (context) => {
    sessions.close(getCookie(context, SESSION_COOKIE));
    deleteCookie(context, SESSION_COOKIE, { path: '/' });
    return context.redirect('/login', 303);
  });
}
