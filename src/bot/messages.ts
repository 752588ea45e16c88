import { bareOf } from '../message/jid.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';

export interface ReplyEnvelope {
  readonly id: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly lang: string;
  readonly body: string;
}

/** The stanza of what the bot says. */
export function replyMessage({ id, from, to, lang, body }: ReplyEnvelope): Element {
  return element(
    'message',
    { type: 'chat', from, to, id, 'xml:lang': lang },
    element('body', {}, body),
  );
}

/** XEP-0184 §5.4: the receipt for a message to the bot. */
export function receivedMessage({ attrs }: Element, id: string): Element {
  return element(
    'message',
    { type: attrs['type'], from: bareOf(attrs['to'] ?? ''), to: attrs['from'], id },
    element('received', { xmlns: NS.clientReceipts, id: attrs['id'] }),
  );
}
