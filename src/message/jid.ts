/** RFC 7622: an address without resource, as the server writes it: prepared and in lower case. */
export type BareJid = string & { readonly bareJid: unique symbol };

/** The domain of an address: the part after the `@`, or the whole address if it has none. */
export function domainOf(jid: BareJid): string {
  return jid.slice(jid.indexOf('@') + 1);
}

/** The address without its resource. RFC 7622 §3.1: the first slash ends the bare address. */
export function bareOf(jid: string): BareJid {
  const slash = jid.indexOf('/');
  return (slash < 0 ? jid : jid.slice(0, slash)) as BareJid;
}

/**
 * The address that receipts come from: the bot of our component domain. It has a local part because
 * Converse.js shows what comes from a bare domain as read-only.
 */
export function botOf(component: string): BareJid {
  return `receipts@${component}` as BareJid;
}
