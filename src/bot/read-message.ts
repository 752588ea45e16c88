import { type BareJid, bareOf } from '../message/jid.ts';
import { NS } from '../protocol/namespaces.ts';
import { child, children, type Element } from '../protocol/xml.ts';

export interface ReadMessage {
  readonly user: BareJid;
  readonly text: string;
  /** RFC 5646: the language of the text, if the client says it. */
  readonly lang: string | undefined;
  /** XEP-0184 §5.3 */
  readonly isReceiptWanted: boolean;
}

/** RFC 6121 §5.2.2: errors, headlines and rooms are not answered. */
const TALK: readonly (string | undefined)[] = [undefined, 'normal', 'chat'];

/**
 * Reads a message to the bot. `undefined` if there is no text: chat states, receipts and markers
 * have no body.
 */
export function readMessage(message: Element): ReadMessage | undefined {
  const { type, from, id } = message.attrs;
  const body = message.getChild('body');
  if (!TALK.includes(type) || from === undefined || body === undefined) return undefined;
  const text = withoutReplyFallback(message, body.getText());
  // Some clients put a body beside a receipt. An answer with a receipt for it would never end.
  if (text.trim() === '' || child(message, 'received', NS.clientReceipts) !== undefined)
    return undefined;
  const lang: string | undefined = body.attrs['xml:lang'] ?? message.attrs['xml:lang'];
  const isRequested = child(message, 'request', NS.clientReceipts) !== undefined;
  return { user: bareOf(from), text, lang, isReceiptWanted: isRequested && id !== undefined };
}

/**
 * XEP-0461 §3.1: a reply quotes the other message in its body. XEP-0428 §2.2 says which characters
 * that are.
 */
function withoutReplyFallback(message: Element, text: string): string {
  const fallback = children(message, 'fallback', NS.fallback).find(
    ({ attrs }) => attrs['for'] === NS.reply,
  );
  const { start = '', end = '' } = fallback?.getChild('body')?.attrs ?? {};
  if (!/^\d+$/.test(start) || !/^\d+$/.test(end)) return text;
  const characters = [...text];
  return [...characters.slice(0, Number(start)), ...characters.slice(Number(end))].join('');
}
