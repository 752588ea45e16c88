import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';

/** A user who has one of our addresses among the contacts. */
export interface Contact {
  readonly account: BareJid;
  /** What the user subscribed to: the bot, or our domain. */
  readonly address: BareJid;
}

/** Comes before every contact. */
export const BEFORE_ALL: Contact = { account: '' as BareJid, address: '' as BareJid };

/**
 * Who has us among the contacts, and so sees whether we are online. They go with a deleted account
 * (`UpkeepStore.forget`).
 */
export interface ContactStore {
  /** One that is known stays as it is: the same is said again at every login. */
  add(contact: Contact, now: Millis): Promise<void>;
  remove(contact: Contact): Promise<void>;
  /** Contacts in the order of the accounts, then of our addresses, after that one. */
  page(after: Contact, limit: number): Promise<readonly Contact[]>;
}
