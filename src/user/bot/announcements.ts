import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLinkError, type Link } from '../../link/link.ts';
import type { Millis } from '../../message/time.ts';
import { BEFORE_ALL, type Contact, type ContactStore } from '../../store/contact-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { type Availability, announcement, type BotIdentity, isServed } from './presence.ts';

export interface AnnouncementsParts {
  readonly identity: BotIdentity;
  readonly link: Pick<Link, 'send' | 'isOnline'>;
  readonly contacts: Pick<ContactStore, 'page'>;
  readonly log: Logger;
}

/** Contacts that are told at once; the next ones when the server has taken these. */
const PAGE = 100;

/** Between two pages when we come online: a thousand contacts a second, receipts in between. */
const PAUSE: Millis = 100;

/** The delay after a failure of the store, or of a link that takes nothing. */
const PAUSE_AFTER_FAILURE: Millis = 5000;

/**
 * How long the farewell may take. Process managers kill what does not stop (Docker: after 10 s).
 */
const FAREWELL: Millis = 3000;

/** Tells everybody who has us among the contacts when we come online and when we go. */
export class Announcements {
  readonly #parts: AnnouncementsParts;
  #round = new AbortController();
  #availability: Availability = 'available';
  #isFailing = false;

  constructor(parts: AnnouncementsParts) {
    this.#parts = parts;
  }

  /** What to answer to who asks. */
  get availability(): Availability {
    return this.#availability;
  }

  /** The link is up: everybody is told, little by little. */
  start(): void {
    void this.#greetAll(this.#newRound());
  }

  /** The link is down: nobody can be told. */
  stop(): void {
    this.#round.abort();
  }

  /** From now on we are unavailable. Resolves when everybody was told or the time is over. */
  async farewell(): Promise<void> {
    this.#availability = 'unavailable';
    const round = this.#newRound();
    if (!this.#parts.link.isOnline) return;
    const timer = setTimeout(() => this.#giveUp(), FAREWELL);
    await Promise.race([this.#dismissAll(round), once(round, 'abort')]);
    clearTimeout(timer);
  }

  /** Ends the round before: there is never more than one. */
  #newRound(): AbortSignal {
    this.#round.abort();
    this.#round = new AbortController();
    return this.#round.signal;
  }

  async #greetAll(round: AbortSignal): Promise<void> {
    let next: Contact | undefined = BEFORE_ALL;
    while (next !== undefined && !round.aborted) next = await this.#greetSome(next, round);
  }

  async #greetSome(after: Contact, round: AbortSignal): Promise<Contact | undefined> {
    try {
      const next = await this.#tellSome(after, round);
      this.#isFailing = false;
      await pause(PAUSE);
      return next;
    } catch (error) {
      // The task ends here, whatever failed: the same page is tried again.
      this.#complain(error);
      await pause(PAUSE_AFTER_FAILURE);
      return after;
    }
  }

  async #dismissAll(round: AbortSignal): Promise<void> {
    try {
      let next: Contact | undefined = BEFORE_ALL;
      while (next !== undefined && !round.aborted) {
        next = await this.#tellSome(next, round);
        await nextTurn();
      }
    } catch (error) {
      // A store that was closed, or a link that broke, when the time was over is no failure.
      if (!round.aborted)
        this.#parts.log.error(
          { err: error },
          'the contacts of the bot could not be told that it goes offline',
        );
    }
  }

  /** Tells a page of contacts. Answers with its last one, if there may be more. */
  async #tellSome(after: Contact, round: AbortSignal): Promise<Contact | undefined> {
    const { identity, link, contacts } = this.#parts;
    const page = await contacts.page(after, PAGE);
    if (round.aborted) return undefined;
    const ours = page.filter((contact) => isServed(contact, identity));
    const stanzas = ours.map((contact) => announcement(contact, this.#availability));
    await Promise.all(stanzas.map((stanza) => link.send(stanza)));
    return page.length < PAGE ? undefined : page.at(-1);
  }

  #giveUp(): void {
    this.#parts.log.warn(
      { afterMs: FAREWELL },
      'the daemon stops before every contact was told: the others still see the bot online',
    );
    this.#round.abort();
  }

  /** Logs once, until it works again. What is wrong with the link, the link itself says. */
  #complain(error: unknown): void {
    if (isLinkError(error)) return;
    if (!this.#isFailing)
      this.#parts.log.error(
        { err: error },
        'the contacts of the bot could not be told now that it is online',
      );
    this.#isFailing = true;
  }
}

function pause(ms: Millis): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
