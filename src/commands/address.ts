import { type BareJid, bareOf } from '../message/jid.ts';

/** RFC 7622 §3.1: no address is longer. */
const MAX_BYTES = 3071;

// RFC 7622 §3.3.1: what cannot stand before the @; §3.2: what a domain is made of.
const LABEL = /[\p{L}\p{M}\p{N}-]+/u.source;
const JID = new RegExp(`^[^\\s"&'/:<>@]+@${LABEL}(\\.${LABEL})*$`, 'u');
/** A single word is rather somebody's name than a domain, unless it is marked as one. */
const DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})+$`, 'u');
const MARKED_DOMAIN = new RegExp(`^@${LABEL}(\\.${LABEL})*$`, 'u');

/** A bare address or a domain as a person writes it, perhaps as a link, with a resource or as `@domain`. */
export function peerOf(text: string | undefined): BareJid | undefined {
  const address = folded(bareOf(withoutLink((text ?? '').trim())));
  if (Buffer.byteLength(address) > MAX_BYTES) return undefined;
  if (MARKED_DOMAIN.test(address)) return bareOf(address.slice(1));
  return JID.test(address) || DOMAIN.test(address) ? address : undefined;
}

/**
 * As servers write addresses, RFC 6122 appendix A: compatibility forms and case are folded, ß with ss and ς with σ as well, which
 * upper case brings together. The dotless i has no such partner and stays.
 */
export function folded(address: string): BareJid {
  const parts = address.normalize('NFKC').split('ı');
  const lower = parts.map((part) => part.toUpperCase().toLowerCase()).join('ı');
  // At the end of a word σ becomes ς again.
  return lower.replaceAll('ς', 'σ').normalize('NFKC') as BareJid;
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
