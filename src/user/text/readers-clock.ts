import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { type HeardZones, zoneOf } from '../commands/zone-in-use.ts';
import type { ReadersClock } from './moment.ts';

export interface TellingTimes {
  readonly zones: HeardZones;
  readonly now: () => Millis;
}

/** Times are told in the zone of the person who reads them: nobody else learns it. */
export function readersClock(
  user: BareJid,
  preferences: Preferences,
  { zones, now }: TellingTimes,
): ReadersClock {
  return { now: now(), zone: zoneOf(user, preferences, { zones }) };
}
