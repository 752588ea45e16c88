import { type BareJid, bareOf } from '../../message/jid.ts';
import { domainFrom } from '../../protocol/spelling/domain.ts';
import { folded } from '../../protocol/spelling/folded.ts';

/** RFC 7622 §3.1: the maximum length of an address. */
const MAX_BYTES = 3071;

// RFC 7622 §3.3.1: the characters that cannot stand before the @; §3.2: those of a domain.
const LABEL = /[\p{L}\p{M}\p{N}-]+/u.source;
const LOCAL = /^[^\s"&'/:<>@]+$/u;
const ANY_DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*\\.?$`, 'u');
/** A single word is more probably a name than a domain, unless it has the mark `@`. */
const CLEAR_DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})+\\.?$`, 'u');

/**
 * A bare address or a domain, as people write it: also as a link, with a resource, or as `@domain`.
 * It is answered in its one spelling.
 */
export function peerOf(text: string | undefined): BareJid | undefined {
  const address = bareOf(
    withoutLink((text ?? '').trim())
      .normalize('NFKC')
      .replaceAll('。', '.'),
  );
  const at = address.indexOf('@');
  const peer = at < 0 ? domainIn(address, CLEAR_DOMAIN) : peerAt(address, at);
  return peer === undefined || Buffer.byteLength(peer) > MAX_BYTES ? undefined : (peer as BareJid);
}

/** What stands behind the address, unchanged: case makes a difference in a nickname. */
export function resourceOf(text: string | undefined): string | undefined {
  const address = withoutLink((text ?? '').trim());
  const slash = address.indexOf('/');
  return slash < 0 || slash === address.length - 1 ? undefined : address.slice(slash + 1);
}

function peerAt(address: string, at: number): string | undefined {
  const domain = domainIn(address.slice(at + 1), ANY_DOMAIN);
  if (domain === undefined || at === 0) return domain;
  const local = folded(address.slice(0, at));
  return LOCAL.test(local) ? `${local}@${domain}` : undefined;
}

function domainIn(text: string, form: RegExp): string | undefined {
  return form.test(text) ? domainFrom(text) : undefined;
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
