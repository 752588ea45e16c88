import type { BareJid } from '../../message/jid.ts';
import { keyText } from '../../message/key.ts';
import { html, type OpenAPIHono } from '../http/hono.ts';
import type { ApiParts } from '../http/parts.ts';
import type { MessageSummary } from '../timeline.ts';
import { wordsFor } from './language.ts';
import { sheet } from './layout.ts';
import { messageTable } from './message-table.ts';

const FOUND: number = 100;

/** Messages by their sender, recipient or id. */
export function addSearch(api: OpenAPIHono, { operator }: ApiParts): void {
  api.get('/search', async (context) => {
    const words = wordsFor(context);
    const sought = (context.req.query('q') ?? '').replaceAll('\0', '').trim().slice(0, 3071);
    const found = sought === '' ? [] : await messagesAbout(sought, operator);
    const { title, nothing, where } = words.search;
    const list = found.length === 0 ? html`<p>${nothing}</p>` : messageTable(found, words);
    const body = html`<h1>${title}: <span class="id">${sought}</span></h1>
      ${list}<p class="note">${where}</p>`;
    return context.html(sheet({ title, words, url: new URL(context.req.url), body, sought }));
  });
}

async function messagesAbout(
  sought: string,
  operator: ApiParts['operator'],
): Promise<readonly MessageSummary[]> {
  const sender = sought as BareJid;
  const found = [
    ...(await operator.newestMessages(sought, FOUND)),
    ...(await operator.lastMessages({ sender, recipient: undefined, limit: FOUND })),
  ];
  const once = new Map(found.map((message) => [keyText(message.key), message]));
  return [...once.values()].toSorted((a, b) => b.startedAt - a.startedAt).slice(0, FOUND);
}
