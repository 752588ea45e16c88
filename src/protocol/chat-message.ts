import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

export interface ChatMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** RFC 5646: the language of the body. */
  readonly lang: string;
  readonly body: string;
}

/** What we say to a person. With a store hint, or somebody who is absent misses it: XEP-0334 §4.4. */
export function chatMessage({ id, from, to, lang, body }: ChatMessage): Element {
  return element(
    'message',
    { type: 'chat', from, to, id, 'xml:lang': lang },
    element('body', {}, body),
    element('store', { xmlns: NS.hints }),
  );
}
