import { bareOf, botOf, domainOf, onlineAs } from '../../message/jid.ts';
import type { Element } from '../../protocol/xml.ts';
import { isOurs } from '../../receipt/rules.ts';
import type { BotIdentity } from './presence.ts';

/** RFC 6121 §5.2.2: errors, headlines and rooms are not answered. */
const TALK: readonly (string | undefined)[] = [undefined, 'normal', 'chat'];

export function isTalk({ attrs }: Element): boolean {
  return TALK.includes(attrs['type']) && attrs['from'] !== undefined;
}

/** Does one of our users write to us? */
export function isFromUser({ attrs }: Element, { component, domains }: BotIdentity): boolean {
  const from = bareOf(attrs['from'] ?? '');
  const to = bareOf(attrs['to'] ?? '');
  const isToUs = to === component || to === botOf(component);
  return isToUs && domainOf(from) !== component && isOurs(from, { domains });
}

/** Clients show an answer where they wrote: at the address by which the bot is online, too. */
export function addressOfAnswer({ attrs }: Element, { component }: BotIdentity): string {
  const bot = botOf(component);
  return attrs['to'] === onlineAs(bot) ? onlineAs(bot) : bot;
}
