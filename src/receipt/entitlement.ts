import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import type { Rules } from './rules.ts';

/** May this sender know what reveals whether the recipient is online? */
export type Entitlement = 'entitled' | 'stranger';

/** XEP-0184 §8: a receipt reveals presence, so only those who may see the presence get one. */
export function entitlementOf(key: MessageKey, life: Life, rules: Rules): Entitlement {
  switch (rules.disclosure) {
    case 'everyone':
      return 'entitled';
    case 'domain':
      return domainOf(key.sender) === domainOf(key.recipient) ? 'entitled' : bySubscription(life);
    case 'subscribers':
      return bySubscription(life);
  }
}

/** The recipient's own server counts before the sender's. The newest fact counts. */
function bySubscription(life: Life): Entitlement {
  const told = acceptedFacts(life).filter(({ maySee }) => maySee !== undefined);
  const word = told.filter(({ side }) => side !== 'sender').at(-1) ?? told.at(-1);
  return word?.maySee === true ? 'entitled' : 'stranger';
}
