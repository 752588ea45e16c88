import { type BareJid, bareOf } from '../../message/jid.ts';
import { sortedBy } from '../../message/sorted.ts';
import { NS } from '../../protocol/namespaces.ts';
import { child, children, type Element } from '../../protocol/xml.ts';
import { isTalk } from './talk.ts';
import { isReaction, type Range, rangesOf, whyUnread } from './unread.ts';

export interface ReadMessage {
  readonly user: BareJid;
  readonly text: string;
  /** RFC 5646: the language of the text, if the client says it. */
  readonly lang: string | undefined;
  /** XEP-0184 §5.3 */
  readonly isReceiptWanted: boolean;
  /** XEP-0461, XEP-0444: the id of the message of ours that these words, or pictures, are about. */
  readonly about: string | undefined;
  readonly isReaction: boolean;
}

/** XEP-0444. All pictures that stand there now: none if a reaction was taken back. */
export function readReaction(message: Element): ReadMessage | undefined {
  const reactions = isTalk(message) ? message.getChildElements().find(isReaction) : undefined;
  const about = reactions?.attrs['id'];
  if (reactions === undefined || about === undefined) return undefined;
  const pictures = reactions.getChildren('reaction').map((picture) => picture.getText());
  const user = bareOf(message.attrs['from'] ?? '');
  const text = pictures.join(' ');
  const lang: string | undefined = message.attrs['xml:lang'];
  return { user, text, lang, isReceiptWanted: false, about, isReaction: true };
}

/**
 * Reads a message to the bot. `undefined` if there is no text: chat states, receipts and markers
 * have no body. Nor is there one where the body is not what the user wrote to us.
 */
export function readMessage(message: Element): ReadMessage | undefined {
  const { from = '', id } = message.attrs;
  const body = message.getChild('body');
  const isRead = isTalk(message) && whyUnread(message) === undefined;
  if (!isRead || body === undefined) return undefined;
  const text = withoutFallback(message, body.getText());
  // Some clients put a body beside a receipt. An answer with a receipt for it would never end.
  if (text.trim() === '' || child(message, 'received', NS.clientReceipts) !== undefined)
    return undefined;
  const lang: string | undefined = body.attrs['xml:lang'] ?? message.attrs['xml:lang'];
  const isRequested = child(message, 'request', NS.clientReceipts) !== undefined;
  const isReceiptWanted = isRequested && id !== undefined;
  const about: string | undefined = child(message, 'reply', NS.reply)?.attrs['id'];
  return { user: bareOf(from), text, lang, isReceiptWanted, about, isReaction: false };
}

/**
 * XEP-0428 §2.2: says which characters stand for something else, for instance for the message that
 * a reply quotes (XEP-0461 §3.1). Dino 0.4 counts bytes, and would hide the answer with the
 * quotation: lines behind ">" are left out by the grammar, so that no range is needed for them.
 */
function withoutFallback(message: Element, text: string): string {
  const all = children(message, 'fallback', NS.fallback);
  const rest = outsideOf(all, text);
  const isTrusted = !QUOTED_LINE.test(text) && rest.trim() !== '';
  return isTrusted ? rest : outsideOf(all.filter(isNotOfReply), text);
}

const QUOTED_LINE = /^\s*>/;

function isNotOfReply({ attrs }: Element): boolean {
  return attrs['for'] !== NS.reply;
}

function outsideOf(fallbacks: readonly Element[], text: string): string {
  const ranges = fallbacks.flatMap((one) => rangesOf(one) ?? []);
  return outside([...text], sortedBy(earlierStart, ranges)).join('');
}

/** One look at each letter and at each range: a message may hold very many of both. */
function outside(letters: readonly string[], ranges: readonly Range[]): readonly string[] {
  let next = 0;
  let hiddenUpTo = 0;
  return letters.filter((_, at) => {
    for (let range = ranges[next]; range && range.start <= at; range = ranges[++next])
      hiddenUpTo = Math.max(hiddenUpTo, range.end);
    return at >= hiddenUpTo;
  });
}

function earlierStart(a: Range, b: Range): number {
  return a.start - b.start;
}
