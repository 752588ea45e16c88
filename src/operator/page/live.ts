import { setTimeout as after } from 'node:timers/promises';
import { findingsOf } from '../doctor/findings.ts';
import { type SetUp, seenByDaemon } from '../doctor/set-up.ts';
import { SESSION_COOKIE } from '../http/access.ts';
import { type Context, getCookie, type OpenAPIHono, streamSSE } from '../http/hono.ts';
import type { ApiParts } from '../http/parts.ts';
import type { Sessions } from '../http/sessions.ts';
import { statusAnswer } from '../http/status-route.ts';
import { wordsFor } from './language.ts';
import { sheet } from './layout.ts';
import { COUNTED, liveView, overview, type Seen } from './overview.ts';
import type { Pulse } from './pulse.ts';

/** How often whoever watches is sent what is new, in ms. */
const EVERY = 2_000;

interface LiveParts extends ApiParts {
  readonly setUp: SetUp;
  readonly pulse: Pulse;
  readonly sessions: Sessions;
}

/** The overview, and the stream (SSE) that renews it. */
export function addLive(api: OpenAPIHono, parts: LiveParts): void {
  api.get('/', async (context) => {
    const words = wordsFor(context);
    const body = overview(await look(parts), words);
    const title = words.navigation.overview;
    const url = new URL(context.req.url);
    return context.html(sheet({ title, words, url, body, isLive: true }));
  });
  api.get('/live', (context) => {
    const words = wordsFor(context);
    return streamSSE(context, async (stream) => {
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      while (!left.signal.aborted && isStillIn(context, parts)) {
        await stream.writeSSE({ data: String(await liveView(await look(parts), words)) });
        // The delay rejects only when the reader has left; then the loop ends.
        await after(EVERY, undefined, { signal: left.signal, ref: false }).catch(() => {});
      }
    });
  });
}

async function look({ operator, pulse, setUp }: LiveParts): Promise<Seen> {
  const status = await operator.status();
  const messages = await operator.newestMessages(undefined, COUNTED);
  const seen = { ...setUp, ...seenByDaemon(statusAnswer(status)), users: [] };
  return { status, findings: findingsOf(seen), messages, beats: pulse.beats };
}

/** Who logs out in one window sees nothing more in the others. */
function isStillIn(context: Context, { sessions }: LiveParts): boolean {
  const hasToken = context.req.header('authorization') !== undefined;
  return hasToken || sessions.isOpen(getCookie(context, SESSION_COOKIE));
}
