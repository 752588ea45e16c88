import { bareOf } from '../message/jid.ts';
import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

export interface ChatMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string | undefined;
  /** RFC 5646: the language of the body. */
  readonly lang: string;
  readonly body: string;
  /** XEP-0334 §4.4: with the hint the server stores it for a person who is absent. */
  readonly isStored: boolean;
}

export function chatMessage({ id, from, to, lang, body, isStored }: ChatMessage): Element {
  return element(
    'message',
    { type: 'chat', from, to, id, 'xml:lang': lang },
    element('body', {}, body),
    ...(isStored ? [element('store', { xmlns: NS.hints })] : []),
  );
}

/** XEP-0184 §5.4: the receipt for a message that we have read. */
export function receivedMessage({ attrs }: Element, id: string): Element {
  return element(
    'message',
    { type: attrs['type'], from: bareOf(attrs['to'] ?? ''), to: attrs['from'], id },
    element('received', { xmlns: NS.clientReceipts, id: attrs['id'] }),
  );
}
