import type { BareJid } from '../../message/jid.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { Zone } from './zone.ts';

/** What people's apps have said of the zone that they are in. */
export interface HeardZones {
  of(user: BareJid): Zone | undefined;
}

export interface HearingZones extends HeardZones {
  /** Somebody has written from that address. Never rejects, and nobody waits for it. */
  hear(address: string): Promise<void>;
}

/** In which zone a person's times are told, and who says so. */
export interface ZoneInUse {
  /** Absent: that of our machine. */
  readonly zone: Zone | undefined;
  readonly by: 'user' | 'app' | 'server';
}

interface Heard {
  readonly zones: HeardZones;
}

export function zoneInUse(user: BareJid, { zone }: Preferences, { zones }: Heard): ZoneInUse {
  if (zone !== undefined) return { zone, by: 'user' };
  const heard = zones.of(user);
  return heard === undefined ? { zone: undefined, by: 'server' } : { zone: heard, by: 'app' };
}

export function zoneOf(user: BareJid, chosen: Preferences, heard: Heard): Zone | undefined {
  return zoneInUse(user, chosen, heard).zone;
}
