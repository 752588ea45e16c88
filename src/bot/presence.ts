import { bareOf, botOf, domainOf } from '../message/jid.ts';
import { type Element, element } from '../protocol/xml.ts';

/** Our own domain, and the domains whose users we answer. */
export interface BotIdentity {
  /** Our own domain. */
  readonly component: string;
  /** The domains whose users we serve. */
  readonly domains: readonly string[];
}

/** Our answers to a presence. Users who have us among their contacts see us online. */
export function answersToPresence(
  { attrs }: Element,
  { component, domains }: BotIdentity,
): readonly Element[] {
  const user = bareOf(attrs['from'] ?? '');
  const asked = bareOf(attrs['to'] ?? '');
  if (!domains.includes(domainOf(user))) return [];
  if (asked !== component && asked !== botOf(component)) return [];
  const say = (type?: string) => element('presence', { type, from: asked, to: user });
  switch (attrs['type']) {
    // RFC 6121 §3.1.4 and §3.1.5: the approval, then our presence.
    case 'subscribe':
      return [say('subscribed'), say()];
    // RFC 6121 §4.3.2
    case 'probe':
      return [element('presence', { from: asked, to: attrs['from'] })];
    // RFC 6121 §3.3.3
    case 'unsubscribe':
      return [say('unavailable'), say('unsubscribed')];
    default:
      return [];
  }
}
