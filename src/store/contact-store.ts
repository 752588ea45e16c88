import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';

/** A user who has one of our addresses among the contacts. */
export interface Contact {
  readonly account: BareJid;
  /** What the user subscribed to: the bot, or our domain. */
  readonly address: BareJid;
}

/** The place before every contact: where the first page begins. */
export const BEFORE_ALL: Contact = { account: '' as BareJid, address: '' as BareJid };

/**
 * Who has us among the contacts, and so sees whether we are online. The contacts of an account go
 * with it (`UpkeepStore.forget`).
 */
export interface ContactStore {
  /**
   * Keeps a contact, first seen at that time. A contact that is known keeps its first time: servers
   * say the same again at every login.
   */
  add(contact: Contact, now: Millis): Promise<void>;
  /** Forgets one contact. The account's other contacts with us stay. */
  remove(contact: Contact): Promise<void>;
  /**
   * The contacts after that one, in the order of the accounts, then of our addresses: only with
   * addresses of our component. Fewer than `limit`: this was the last page.
   */
  page(after: Contact, limit: number): Promise<readonly Contact[]>;
}
