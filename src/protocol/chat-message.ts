import { type BareJid, bareOf } from '../message/jid.ts';
import { MAX_ID_BYTES } from './limits.ts';
import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

export interface ChatMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string | undefined;
  /** RFC 5646: the language of the body. */
  readonly lang: string;
  readonly body: string;
  /** RFC 6121 §5.2.5: that of the message which this one answers. */
  readonly thread?: string | undefined;
  /** XEP-0334 §4.4: with the hint the server stores it for a person who is absent. */
  readonly isStored: boolean;
}

export function chatMessage(message: ChatMessage): Element {
  const { id, from, to, lang, body, thread, isStored } = message;
  return element(
    'message',
    { type: 'chat', from, to, id, 'xml:lang': lang },
    element('body', {}, body),
    ...(thread === undefined ? [] : [element('thread', {}, thread)]),
    ...(isStored ? [element('store', { xmlns: NS.hints })] : []),
  );
}

/** Whom words of ours are for, and under which id; `undefined`: the stanza has none to read. */
export function wordsIn(stanza: Element): Words | undefined {
  const { id = '', to } = stanza.attrs;
  const body = stanza.name === 'message' ? stanza.getChild('body') : undefined;
  if (body === undefined || to === undefined) return undefined;
  return { user: bareOf(to), id, text: body.getText() };
}

interface Words {
  readonly user: BareJid;
  readonly id: string;
  readonly text: string;
}

/** The thread of a message, if it has a name that is worth repeating. */
export function threadOf(message: Element): string | undefined {
  const name = message.getChild('thread')?.getText() ?? '';
  return name === '' || Buffer.byteLength(name) > MAX_ID_BYTES ? undefined : name;
}

/** XEP-0184 §5.4: the receipt for a message that we have read. */
export function receivedMessage(
  { attrs }: Element,
  { id, from }: { readonly id: string; readonly from: string },
): Element {
  return element(
    'message',
    { type: attrs['type'], from, to: attrs['from'], id },
    element('received', { xmlns: NS.clientReceipts, id: attrs['id'] }),
  );
}
