import { type BareJid, bareOf } from '../message/jid.ts';

/** RFC 7622 §3.1: no address is longer. */
const MAX_BYTES = 3071;

// RFC 7622 §3.3.1 and §3.2: what cannot stand in the two parts.
const JID = /^[^\s"&'/:<>@]+@[^\s"&'/<>@]+$/u;
/** A single word is rather somebody's name than a domain, unless it is marked as one. */
const DOMAIN = /^[^\s"&'/:<>@.]+(\.[^\s"&'/:<>@.]+)+$/u;
const MARKED_DOMAIN = /^@[^\s"&'/<>@]+$/u;

/** A bare address or a domain as a person writes it, perhaps as a link, with a resource or as `@domain`. */
export function peerOf(text: string | undefined): BareJid | undefined {
  // Servers write addresses in lower case.
  const address = bareOf(withoutLink((text ?? '').trim()).toLowerCase());
  if (Buffer.byteLength(address) > MAX_BYTES) return undefined;
  if (MARKED_DOMAIN.test(address)) return bareOf(address.slice(1));
  return JID.test(address) || DOMAIN.test(address) ? address : undefined;
}

/** RFC 5122 §2: an address in a link is escaped, and a question mark ends it. */
function withoutLink(text: string): string {
  if (!/^xmpp:/i.test(text)) return text;
  const [escaped = ''] = text.slice('xmpp:'.length).split(/[?#]/);
  try {
    return decodeURIComponent(escaped);
  } catch {
    // A percent sign of its own is no escape.
    return escaped;
  }
}
