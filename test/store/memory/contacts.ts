import type { Within } from '../../../src/store/awaitable.ts';
import type { Contact, ContactStore } from '../../../src/store/contact-store.ts';
import type { Tables } from './database.ts';

export function contactsIn({ contacts: table }: Tables): Within<ContactStore> {
  return {
    add: (contact, now) => {
      if (!table.has(contactText(contact)))
        table.set(contactText(contact), { contact, firstSeen: now });
    },
    remove: (contact) => {
      table.delete(contactText(contact));
    },
    page: (after, limit) =>
      table
        .rows()
        .map(({ contact }) => contact)
        .filter((contact) => contactText(contact) > contactText(after))
        .toSorted((a, b) => (contactText(a) < contactText(b) ? -1 : 1))
        .slice(0, limit),
  };
}

/** NUL cannot stand in a JID, and comes before all that can. */
function contactText({ account, address }: Contact): string {
  return `${account}\0${address}`;
}
