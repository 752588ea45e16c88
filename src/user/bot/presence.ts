import { bareOf, botOf, domainOf, onlineAs } from '../../message/jid.ts';
import { type Element, element } from '../../protocol/xml.ts';
import type { Contact } from '../../store/contact-store.ts';
import type { PresenceRefusal } from '../../telemetry/counters.ts';
import { avatarEvent } from '../card/personal-nodes.ts';
import { vcardUpdate } from '../card/vcard.ts';

export interface BotIdentity {
  /** Our own domain. */
  readonly component: string;
  /** The domains whose users we serve. */
  readonly domains: readonly string[];
}

export type Availability = 'available' | 'unavailable';

/** Our answers to a presence. Users who have us among their contacts see whether we are online. */
export function answersToPresence(
  presence: Element,
  identity: BotIdentity,
  availability: Availability,
): readonly Element[] {
  const contact = contactIn(presence);
  if (!isServed(contact, identity)) return [];
  const { account: to, address: from } = contact;
  const say = (type: string) => element('presence', { type, from, to });
  switch (presence.attrs['type']) {
    // RFC 6121 §3.1.4 and §3.1.5: the approval, then our presence.
    case 'subscribe':
      return [say('subscribed'), ...appearance(contact, availability)];
    // RFC 6121 §4.3.2
    case 'probe':
      return appearance(contact, availability, presence.attrs['from']);
    // RFC 6121 §3.3.3
    case 'unsubscribe':
      return [announcement(contact, 'unavailable'), say('unsubscribed')];
    default:
      return [];
  }
}

/** Our presence, and the picture for clients that do not look for it in a presence. */
function appearance(
  contact: Contact,
  availability: Availability,
  to: string = contact.account,
): readonly Element[] {
  const { address: from } = contact;
  const hasPicture = availability === 'available' && from.includes('@');
  return [
    announcement(contact, availability, to),
    ...(hasPicture ? [avatarEvent({ from, to })] : []),
  ];
}

/** RFC 6121 §4.2 and §4.5: our presence for a contact, or for one of its devices. */
export function announcement(
  { account, address }: Contact,
  availability: Availability,
  to: string = account,
): Element {
  const from = onlineAs(address);
  return availability === 'available'
    ? element('presence', { from, to }, vcardUpdate())
    : element('presence', { type: availability, from, to });
}

/** Whom a presence comes from, and which address it is for. */
export function contactIn({ attrs }: Element): Contact {
  return { account: bareOf(attrs['from'] ?? ''), address: bareOf(attrs['to'] ?? '') };
}

/** Does a user of ours have an address of ours? */
export function isServed(contact: Contact, identity: BotIdentity): boolean {
  return whyNotServed(contact, identity) === undefined;
}

export function whyNotServed(
  { account, address }: Contact,
  { component, domains }: BotIdentity,
): PresenceRefusal | undefined {
  if (!domains.includes(domainOf(account))) return 'strangers';
  if (address !== component && address !== botOf(component)) return 'nobody there';
  return undefined;
}
