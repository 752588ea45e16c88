import type { Millis } from '../../message/time.ts';
import type { Element } from '../../protocol/xml.ts';
import type { ContactStore } from '../../store/contact-store.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Logger } from '../../telemetry/log.ts';
import { type BotIdentity, contactIn, whyNotServed } from './presence.ts';

export interface ContactsParts {
  readonly identity: BotIdentity;
  readonly contacts: Pick<ContactStore, 'add' | 'remove'>;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
}

/** Remembers who has the bot, or our domain, among the contacts. */
export class Contacts {
  readonly #parts: ContactsParts;
  #isFailing = false;

  constructor(parts: ContactsParts) {
    this.#parts = parts;
  }

  /** Learns from a presence. Never rejects: the presence is answered, whatever the store does. */
  async learn(presence: Element): Promise<void> {
    try {
      await this.#remember(presence);
    } catch (error) {
      this.#complain(error);
    }
  }

  async #remember(presence: Element): Promise<void> {
    const { identity, contacts, counters, now } = this.#parts;
    const contact = contactIn(presence);
    const ignored = whyNotServed(contact, identity);
    if (ignored !== undefined) return counters.count(`presence ignored: ${ignored}`);
    const change = CHANGES[presence.attrs['type'] ?? ''];
    if (change === undefined) return;
    await (change === 'add' ? contacts.add(contact, now()) : contacts.remove(contact));
    this.#isFailing = false;
  }

  /** Logs once, until it works again. */
  #complain(error: unknown): void {
    if (!this.#isFailing)
      this.#parts.log.error(
        { err: error },
        'a contact of the bot could not be remembered or forgotten',
      );
    this.#isFailing = true;
  }
}

/** RFC 6121 §3.1, §4.3 and §3.3. The user's server sends a probe only for a contact. */
const CHANGES: Readonly<Record<string, 'add' | 'remove'>> = {
  subscribe: 'add',
  probe: 'add',
  unsubscribe: 'remove',
};
