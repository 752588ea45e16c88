import { element } from '../../src/protocol/xml.ts';
import type { Client } from './client.ts';
import { BOT } from './stage.ts';

/** Says something to the bot and resolves with what it answers. */
export async function say(client: Client, text: string, lang?: string): Promise<string> {
  const since = client.mark();
  const attrs = { to: BOT, type: 'chat', id: `said-${since}`, 'xml:lang': lang };
  client.send(element('message', attrs, element('body', {}, text)));
  return heard(client, since);
}

/** Resolves with the next text from the bot after that mark. */
export async function heard(client: Client, since: number, ms = 5000): Promise<string> {
  const said = await client.waitFor(
    (stanza) =>
      stanza.is('message') &&
      stanza.attrs['from'] === BOT &&
      stanza.getChild('body') !== undefined &&
      stanza.getChild('receipt', 'xmpp-receipts:1') === undefined,
    { since, ms },
  );
  return said.getChild('body')?.getText() ?? '';
}

/** The texts without receipts that the bot has sent to this client so far. */
export function saidByBot(client: Client): readonly string[] {
  return client.received
    .filter(
      (stanza) =>
        stanza.is('message') &&
        stanza.attrs['from'] === BOT &&
        stanza.getChild('receipt', 'xmpp-receipts:1') === undefined,
    )
    .flatMap((stanza) => stanza.getChild('body')?.getText() ?? []);
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
