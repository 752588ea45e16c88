import type { Element } from '../../src/protocol/xml.ts';
import type { Client } from './client.ts';

/** Under `refuse` a sender may learn of these only (docs/protocol.md §3.4). */
const ALLOWED = ['failed', 'expired'];

/** Every stanza of a sender's client that shows more of that message than a recipient who refuses allows. */
export function leaksAbout(sender: Pick<Client, 'received'>, id: string): readonly string[] {
  return sender.received.filter((stanza) => shows(stanza, id)).map(String);
}

function shows(stanza: Element, id: string): boolean {
  return descendantsOf(stanza).some(
    ({ name, attrs }) =>
      attrs['id'] === id &&
      (['received', 'displayed', 'acknowledged'].includes(name) ||
        (name === 'receipt' && !ALLOWED.includes(attrs['status'] ?? ''))),
  );
}

function descendantsOf(element: Element): readonly Element[] {
  const inner = element.getChildElements();
  return inner.flatMap((child) => [child, ...descendantsOf(child)]);
}
