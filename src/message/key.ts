import { type BareJid, domainOf } from './jid.ts';

/**
 * Facts with the same key are about the same message, or about messages that share an id. Clients
 * make the ids: an id may be any text, and a client may use it again.
 */
export interface MessageKey {
  readonly sender: BareJid;
  /** The recipient's bare JID; for a private message in a room, the address of the occupant. */
  readonly recipient: BareJid;
  readonly id: string;
}

/** Who saw it: the sender's server, the recipient's, one server that is both, or our component. */
export type Side = 'sender' | 'recipient' | 'both' | 'component';

/** Which side of the message a domain is on; `undefined` if it is on neither. */
export function sideOf(key: MessageKey, domain: string): Side | undefined {
  const isSenders = domainOf(key.sender) === domain;
  const isRecipients = domainOf(key.recipient) === domain;
  if (isSenders && isRecipients) return 'both';
  if (isSenders) return 'sender';
  return isRecipients ? 'recipient' : undefined;
}

/** A text that is different for every key. NUL cannot be part of a JID. */
export function keyText({ sender, recipient, id }: MessageKey): string {
  return `${sender}\0${recipient}\0${id}`;
}
