import { isLinkError, type Link, RequestTimeout } from '../../link/link.ts';
import { type BareJid, bareOf, botOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { timeRequest, tzoIn } from '../../protocol/entity-time.ts';
import { element } from '../../protocol/xml.ts';
import type { PreferenceStore } from '../../store/preference-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { forgetOldest } from '../commands/forget-oldest.ts';
import { type Zone, zoneNamed } from '../commands/zone.ts';
import type { HearingZones } from '../commands/zone-in-use.ts';

export interface ClientZonesParts {
  readonly component: string;
  readonly link: Pick<Link, 'request'>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  readonly log: Logger;
  readonly now: () => Millis;
}

interface Asked {
  readonly at: Millis;
  /** Absent: it has not said it, or not yet. */
  readonly zone?: Zone;
}

/** Beyond these the oldest are forgotten. */
const MAX_KEPT = 10_000;

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;

/**
 * XEP-0202: in which zone the clients are that people write with, for who chose none. A client is
 * asked when it has just written; nothing waits for what it says. One that does not say it is left
 * alone for a day. Kept in memory only, and told to nobody else.
 */
export class ClientZones implements HearingZones {
  readonly #parts: ClientZonesParts;
  readonly #asked = new Map<BareJid, Asked>();

  constructor(parts: ClientZonesParts) {
    this.#parts = parts;
  }

  of(user: BareJid): Zone | undefined {
    return this.#lately(user, DAY)?.zone;
  }

  async hear(address: string): Promise<void> {
    const user = bareOf(address);
    if (user === address || !this.#isDue(user)) return;
    const { zone } = this.#asked.get(user) ?? {};
    this.#keep(user, zone);
    try {
      await this.#ask(address, user);
    } catch (err) {
      this.#fail(user, err);
    }
  }

  async #ask(address: string, user: BareJid): Promise<void> {
    const { link, component, preferences } = this.#parts;
    const { zone: chosen } = await preferences.get(user);
    if (chosen !== undefined) return this.#forget(user);
    const request = { type: 'get', from: botOf(component), to: address };
    const tzo = tzoIn(await link.request(element('iq', request, timeRequest())));
    this.#keep(user, tzo === undefined ? undefined : zoneNamed(tzo));
  }

  /** One that said it may travel, or its clock may be set: it is asked again soon. */
  #isDue(user: BareJid): boolean {
    return this.#lately(user, this.of(user) === undefined ? DAY : HOUR) === undefined;
  }

  /** A clock that was set back far makes nothing last. */
  #lately(user: BareJid, ms: Millis): Asked | undefined {
    const asked = this.#asked.get(user);
    const isLate = asked === undefined || Math.abs(this.#parts.now() - asked.at) >= ms;
    return isLate ? undefined : asked;
  }

  #keep(user: BareJid, zone: Zone | undefined): void {
    const at = this.#parts.now();
    this.#asked.delete(user);
    this.#asked.set(user, zone === undefined ? { at } : { at, zone });
    forgetOldest(this.#asked, MAX_KEPT);
  }

  #fail(user: BareJid, err: unknown): void {
    if (err instanceof RequestTimeout) this.#keep(user, undefined);
    else this.#forget(user);
    if (!isLinkError(err))
      this.#parts.log.debug({ err, user }, 'a client could not be asked for its zone');
  }

  #forget(user: BareJid): void {
    this.#asked.delete(user);
  }
}
