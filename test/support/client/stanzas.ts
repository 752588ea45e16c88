import { type Element, element } from '../../../src/protocol/xml.ts';

/** The namespaces that clients speak and our daemon does not. */
export const CLIENT_NS = {
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  carbons: 'urn:xmpp:carbons:2',
  forward: 'urn:xmpp:forward:0',
  mam: 'urn:xmpp:mam:2',
  rsm: 'http://jabber.org/protocol/rsm',
  blocking: 'urn:xmpp:blocking',
  roster: 'jabber:iq:roster',
} as const;

const ARCHIVE_PAGE = 1000;

export interface MessageOptions {
  readonly to: string;
  readonly id: string;
  readonly type?: string;
  readonly body?: string;
  /** XEP-0184; on unless false. */
  readonly asks?: boolean;
  readonly extra?: readonly Element[];
}

/** A chat message with a body that asks for a receipt, unless told otherwise. */
export function message({
  to,
  id,
  type = 'chat',
  body = 'hello',
  asks = true,
  extra = [],
}: MessageOptions): Element {
  const request = asks ? [element('request', { xmlns: CLIENT_NS.receipts })] : [];
  return element('message', { to, id, type }, element('body', {}, body), ...request, ...extra);
}

// XEP-0184 §7
export function received(to: string, id: string): Element {
  const answer = element('received', { xmlns: CLIENT_NS.receipts, id });
  return element('message', { to, type: 'chat', id: `received-${id}` }, answer);
}

// XEP-0333 §4.2
export function displayed(to: string, id: string): Element {
  const marker = element('displayed', { xmlns: CLIENT_NS.markers, id });
  return element('message', { to, type: 'chat', id: `displayed-${id}` }, marker);
}

/** A message that its sender's client wants an answer to. */
export function asksForReceipt(stanza: Element): boolean {
  const type = stanza.attrs['type'];
  return (
    stanza.is('message') &&
    type !== 'error' &&
    type !== 'groupchat' &&
    stanza.attrs['id'] !== undefined &&
    stanza.getChild('request', CLIENT_NS.receipts) !== undefined
  );
}

// XEP-0313 §4; the page is the one that prosody/config.ts allows.
export function archiveQuery(queryId: string, after: string | undefined): Element {
  const page = after === undefined ? [] : [element('after', {}, after)];
  const set = element(
    'set',
    { xmlns: CLIENT_NS.rsm },
    element('max', {}, String(ARCHIVE_PAGE)),
    ...page,
  );
  return element(
    'iq',
    { type: 'set' },
    element('query', { xmlns: CLIENT_NS.mam, queryid: queryId }, set),
  );
}

/** What an archive result of that query holds, or undefined if it is something else. */
export function archivedMessage(stanza: Element, queryId: string): Element | undefined {
  const result = stanza.getChild('result', CLIENT_NS.mam);
  if (result?.attrs['queryid'] !== queryId) return undefined;
  return result.getChild('forwarded', CLIENT_NS.forward)?.getChild('message');
}

// XEP-0191 §3
export function blockOrder(verb: 'block' | 'unblock', jid: string): Element {
  const order = element(verb, { xmlns: CLIENT_NS.blocking }, element('item', { jid }));
  return element('iq', { type: 'set' }, order);
}
