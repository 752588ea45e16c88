/** RFC 7622: an address without resource, as the server writes it: prepared and in lower case. */
export type BareJid = string & { readonly bareJid: unique symbol };

/** The domain of an address, the part after the `@` if it has one. */
export function domainOf(jid: BareJid): string {
  const bare = bareOf(jid);
  return bare.slice(bare.indexOf('@') + 1);
}

/** XEP-0045 §7.5: an occupant of a room is addressed by a nickname in the resource. */
export function occupantOf(room: BareJid, nick: string): BareJid {
  return `${room}/${nick}` as BareJid;
}

/** Only occupants of rooms are known by an address with a resource. */
export function isOccupant(jid: BareJid): boolean {
  return jid.includes('/');
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

/**
 * The address by which one of ours is online. Gajim counts presence by resource: from an address
 * without one it shows nobody.
 */
export function onlineAs(address: BareJid): string {
  return `${address}/bot`;
}
