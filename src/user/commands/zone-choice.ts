import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { Store } from '../../store/store.ts';
import type { Command } from './command.ts';
import type { Reply } from './reply.ts';
import { type Zone, zoneNamed } from './zone.ts';
import { type HeardZones, zoneInUse } from './zone-in-use.ts';

export interface ZoneParts {
  readonly store: Pick<Store, 'preferences'>;
  readonly zones: HeardZones;
  readonly now: () => Millis;
}

type ZoneCommand = Extract<Command, { kind: 'show-zone' | 'set-zone' }>;

export async function performZone(
  user: BareJid,
  command: ZoneCommand,
  parts: ZoneParts,
): Promise<Reply> {
  if (command.kind === 'show-zone') {
    const chosen = await parts.store.preferences.get(user);
    return { kind: 'zone', inUse: zoneInUse(user, chosen, parts), isChanged: false };
  }
  if (command.zone === 'default') return changeZone(user, undefined, parts);
  const zone = zoneNamed(command.zone);
  return zone === undefined
    ? { kind: 'no-such-zone', found: command.zone }
    : changeZone(user, zone, parts);
}

async function changeZone(user: BareJid, zone: Zone | undefined, parts: ZoneParts): Promise<Reply> {
  const { store, now } = parts;
  const change = ({ zone: _, ...before }: Preferences) =>
    zone === undefined ? before : { ...before, zone };
  const { preferences } = await store.preferences.change(user, { change, now: now() });
  return { kind: 'zone', inUse: zoneInUse(user, preferences, parts), isChanged: true };
}
