import type { BareJid } from '../../message/jid.ts';
import type { SetUp } from '../doctor/set-up.ts';
import { html, type OpenAPIHono } from '../http/hono.ts';
import type { ApiParts, Pages } from '../http/parts.ts';
import { addAssets } from './assets.ts';
import { wordsFor } from './language.ts';
import { sheet } from './layout.ts';
import { addLive } from './live.ts';
import { addLogin } from './login.ts';
import { LOOKS_EVERY, Pulse } from './pulse.ts';
import { addQuestions } from './questions.ts';
import { addSearch } from './search.ts';
import { timelineView } from './timeline-view.ts';

export interface PageOptions {
  readonly setUp: SetUp;
  /** How often the curves get a new point, in ms. */
  readonly every?: number;
}

/** The page to look at: what becomes of messages, and how the daemon is. */
export const pagesFor = (options: PageOptions) => (parts: ApiParts) => makePages(parts, options);

function makePages(parts: ApiParts, { setUp, every = LOOKS_EVERY }: PageOptions): Pages {
  const pulse = new Pulse({ ...parts, every });
  return {
    isOpen: (path) => path === '/login' || path.startsWith('/assets/'),
    add: (api, entrance) => {
      addAssets(api);
      addLogin(api, entrance, parts.log);
      addLive(api, { ...parts, setUp, pulse, sessions: entrance.sessions });
      addSearch(api, parts);
      addQuestions(api, parts);
      addMessage(api, parts);
    },
    close: () => pulse.stop(),
  };
}

function addMessage(api: OpenAPIHono, { operator }: ApiParts): void {
  api.get('/message', async (context) => {
    const words = wordsFor(context);
    const { sender = '', recipient = '', id = '' } = context.req.query();
    const key = { sender: sender as BareJid, recipient: recipient as BareJid, id };
    const timeline = await operator.timeline(key);
    const { title, unknown } = words.message;
    const body = timeline === undefined ? html`<p>${unknown}</p>` : timelineView(timeline, words);
    const page = sheet({ title, words, url: new URL(context.req.url), body });
    return context.html(page, timeline === undefined ? 404 : 200);
  });
}
