import { type Element, element } from '../../src/protocol/xml.ts';
import type { Client } from './client.ts';
import { afterIntroduction } from './introduced.ts';
import { BOT, COMPONENT } from './stage.ts';

/** Says something to the bot and resolves with what it answers. */
export async function say(client: Client, text: string, lang?: string): Promise<string> {
  const since = client.mark();
  const attrs = { to: BOT, type: 'chat', id: `said-${since}`, 'xml:lang': lang };
  client.send(element('message', attrs, element('body', {}, text)));
  return textOf(await client.waitFor((stanza) => isSaid(stanza) && !isQuestion(stanza), { since }));
}

/** XEP-0444: reacts to the question that came last, and resolves with what the bot answers. */
export async function react(client: Client, picture: string): Promise<string> {
  const since = client.mark();
  const question = client.received.findLast((stanza) => isSaid(stanza) && isQuestion(stanza));
  const attrs = { xmlns: 'urn:xmpp:reactions:0', id: question?.attrs['id'] };
  const reactions = element('reactions', attrs, element('reaction', {}, picture));
  client.send(element('message', { to: BOT, type: 'chat', id: `reacted-${since}` }, reactions));
  return heard(client, since);
}

/** Resolves with the next question that the bot puts to the user of this client after that mark. */
export async function asked(client: Client, since = 0, ms = 5000): Promise<string> {
  return textOf(
    await client.waitFor((stanza) => isSaid(stanza) && isQuestion(stanza), { since, ms }),
  );
}

/** Resolves with the next text from the bot after that mark. */
export async function heard(client: Client, since: number, ms = 5000): Promise<string> {
  return textOf(await client.waitFor(isSaid, { since, ms }));
}

/** The texts without receipts that the bot has sent to this client so far. */
export function saidByBot(client: Client): readonly string[] {
  return client.received.filter(isSaid).map(textOf);
}

/** What was told of messages in words, in the stanzas in which it came. */
export function toldInWords(received: readonly Element[]): readonly Element[] {
  return received.filter(isInWords);
}

export function isInWords(stanza: Element): boolean {
  return stanza.getChild('fallback', 'urn:xmpp:fallback:0')?.attrs['for'] === 'xmpp-receipts:1';
}

/** The questions that were put to the user of this client so far. */
export function askedByBot(client: Client): readonly string[] {
  return client.received.filter((stanza) => isSaid(stanza) && isQuestion(stanza)).map(textOf);
}

/** XEP-0184: who said that a message arrived, by the addresses they wrote from. */
export function ticksFor(client: Client, id: string): readonly string[] {
  return client.received
    .filter((stanza) => stanza.is('message') && stanza.attrs['type'] !== 'error')
    .filter((stanza) => stanza.getChild('received', 'urn:xmpp:receipts')?.attrs['id'] === id)
    .map((stanza) => stanza.attrs['from'] ?? '');
}

/** XEP-0333: who said that a message was displayed. */
export function markersFor(client: Client, id: string): readonly string[] {
  return client.received
    .filter((stanza) => stanza.is('message'))
    .filter((stanza) => stanza.getChild('displayed', 'urn:xmpp:chat-markers:0')?.attrs['id'] === id)
    .map((stanza) => stanza.attrs['from'] ?? '');
}

/** XEP-0050: one step of a command; with fields the form is submitted. */
export function command(
  client: Client,
  node: string,
  fields?: Readonly<Record<string, string | readonly string[]>>,
): Promise<Element> {
  const action = fields === undefined ? 'execute' : 'complete';
  const form = Object.entries(fields ?? {}).map(([name, values]) =>
    element('field', { var: name }, ...[values].flat().map((value) => element('value', {}, value))),
  );
  const submitted = element('x', { xmlns: 'jabber:x:data', type: 'submit' }, ...form);
  const payload = fields === undefined ? [] : [submitted];
  const attrs = { xmlns: 'http://jabber.org/protocol/commands', node, action };
  return client.request(
    element('iq', { type: 'set', to: COMPONENT }, element('command', attrs, ...payload)),
  );
}

function isSaid(stanza: Element): boolean {
  return (
    stanza.is('message') &&
    stanza.attrs['from'] === BOT &&
    stanza.attrs['type'] !== 'error' &&
    stanza.getChild('body') !== undefined &&
    !isInWords(stanza)
  );
}

/** Who says something is answered on that device; who is asked is asked wherever they are. */
function isQuestion({ attrs }: Element): boolean {
  return !attrs['to']?.includes('/');
}

function textOf(stanza: Element): string {
  return afterIntroduction(stanza.getChild('body')?.getText() ?? '');
}
