import type { ZoneReply } from '../commands/reply.ts';
import type { Zone } from '../commands/zone.ts';
import type { ZoneInUse } from '../commands/zone-in-use.ts';
import type { Language } from './language.ts';
import { type Clock, moment, presentOf } from './moment.ts';

/** All that we say of time zones. */
export interface ZoneTexts {
  /** Who says in which zone times are told; `time` is the present one there. */
  readonly inUse: Readonly<Record<ZoneInUse['by'], (time: string, zone: string) => string>>;
  readonly unknown: (found: string) => string;
  /** The label of the field in the form. */
  readonly field: string;
}

export interface ZoneWords {
  /** What people call places whose zone has another name, in lower case. */
  readonly places: Readonly<Record<string, Zone>>;
}

/** Maximum number of characters that are repeated of what is no zone. */
const MAX_FOUND = 40;

export function zoneReplyText(reply: ZoneReply, language: Language, clock: Clock): string {
  if (reply.kind === 'no-such-zone') return unknownZoneText(reply.found, language);
  const line = zoneLine(reply.inUse, language, clock);
  return reply.isChanged ? [language.receipts.changed, line].join('\n') : line;
}

export function unknownZoneText(found: string, { zone }: Language): string {
  return zone.unknown(found.slice(0, MAX_FOUND));
}

export function zoneLine({ zone = '', by }: ZoneInUse, language: Language, clock: Clock): string {
  const time = moment(presentOf(clock) * 1000, language, clock);
  return language.zone.inUse[by](time, zoneText(zone));
}

export function zoneText(zone: Zone): string {
  return /^[+-]/.test(zone) ? `UTC${zone}` : zone;
}
