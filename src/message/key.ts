import { type BareJid, domainOf } from './jid.ts';

/** How two observations are known to be about one message. Ids are made by clients: any text, and they come again. */
export interface MessageKey {
  readonly sender: BareJid;
  readonly recipient: BareJid;
  readonly id: string;
}

/** Whose server saw something: the sender's, the recipient's, one server that is both, or ourselves. */
export type Side = 'sender' | 'recipient' | 'both' | 'component';

/** Which side of the message a domain is on; `undefined` if the message is none of its business. */
export function sideOf(key: MessageKey, domain: string): Side | undefined {
  const isSenders = domainOf(key.sender) === domain;
  const isRecipients = domainOf(key.recipient) === domain;
  if (isSenders && isRecipients) return 'both';
  if (isSenders) return 'sender';
  return isRecipients ? 'recipient' : undefined;
}

/** One text for one key; NUL cannot stand in a JID. */
export function keyText({ sender, recipient, id }: MessageKey): string {
  return `${sender}\0${recipient}\0${id}`;
}
