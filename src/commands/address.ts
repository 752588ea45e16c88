import { type BareJid, bareOf } from '../message/jid.ts';

/** RFC 7622 §3.1: the maximum length of an address. */
const MAX_BYTES = 3071;

// RFC 7622 §3.3.1: the characters that cannot stand before the @; §3.2: those of a domain.
const LABEL = /[\p{L}\p{M}\p{N}-]+/u.source;
const JID = new RegExp(`^[^\\s"&'/:<>@]+@${LABEL}(\\.${LABEL})*$`, 'u');
/** A single word is more probably a name than a domain, unless it has the mark `@`. */
const DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})+$`, 'u');
const MARKED_DOMAIN = new RegExp(`^@${LABEL}(\\.${LABEL})*$`, 'u');

/**
 * A bare address or a domain, as people write it: also as a link, with a resource, or as `@domain`.
 */
export function peerOf(text: string | undefined): BareJid | undefined {
  const address = folded(bareOf(withoutLink((text ?? '').trim())));
  if (Buffer.byteLength(address) > MAX_BYTES) return undefined;
  if (MARKED_DOMAIN.test(address)) return bareOf(address.slice(1));
  return JID.test(address) || DOMAIN.test(address) ? address : undefined;
}

/**
 * An address as servers write it, RFC 6122 appendix A: compatibility forms and case are folded,
 * also ß to ss and ς to σ. Both have the same upper case. The dotless i has no such partner and
 * stays as it is.
 */
export function folded(address: string): BareJid {
  const parts = address.normalize('NFKC').split('ı');
  const lower = parts.map((part) => part.toUpperCase().toLowerCase()).join('ı');
  // At the end of a word, `toLowerCase` writes ς.
  return lower.replaceAll('ς', 'σ').normalize('NFKC') as BareJid;
}

/** RFC 5122 §2: in a link the address is escaped, and ends at a question mark. */
function withoutLink(text: string): string {
  if (!/^xmpp:/i.test(text)) return text;
  const [escaped = ''] = text.slice('xmpp:'.length).split(/[?#]/);
  try {
    return decodeURIComponent(escaped);
  } catch {
    // A percent sign that is not part of an escape.
    return escaped;
  }
}
