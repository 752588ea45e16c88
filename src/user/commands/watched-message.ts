import type { Ledger } from '../../facts/ledger.ts';
import type { BareJid } from '../../message/jid.ts';
import { newestLife } from '../../message/life.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import { timesOf } from '../../receipt/receipt.ts';
import type { Rules } from '../../receipt/rules.ts';
import type { Watch } from '../../receipt/watch.ts';
import type { Store } from '../../store/store.ts';
import type { Counters, WatchRefusal } from '../../telemetry/counters.ts';
import type { WatchTime } from './command.ts';
import { nextTimeOfDay } from './next-time-of-day.ts';
import { type Called, personCalled, writtenToBy } from './people.ts';
import type { Reply, WatchedMessage } from './reply.ts';
import { type HeardZones, zoneOf } from './zone-in-use.ts';

export interface WatchParts {
  readonly store: Pick<Store, 'records' | 'watches' | 'reminders' | 'preferences'>;
  readonly ledger: Pick<Ledger, 'timeFor' | 'presentFor'>;
  readonly rules: Rules;
  /** How many reminders one sender may order in an hour. */
  readonly remindersPerHour: number;
  readonly spell: Spelling;
  readonly zones: HeardZones;
  readonly counters: Counters;
  readonly now: () => Millis;
}

const MINUTE: Stamp = 60_000_000;

/** An address, or the name of one of these people, or of somebody who was written to. */
export async function personMeant(
  user: BareJid,
  peer: string,
  { store, spell, known }: WatchParts & { readonly known: readonly BareJid[] },
): Promise<Called<BareJid>> {
  if (peer.includes('@')) return { kind: 'one', address: spell(peer) };
  return personCalled(peer, [...known, ...(await writtenToBy(user, store.records))]);
}

export async function withinOf(user: BareJid, time: WatchTime, parts: WatchParts): Promise<Stamp> {
  return Math.round(await lengthUntil(user, time, parts)) * 1000;
}

/** How long it is until then, by the clock of our machine, in the zone of who says it. */
async function lengthUntil(
  user: BareJid,
  time: WatchTime,
  { store, zones }: WatchParts,
): Promise<Millis> {
  if (time.kind === 'within') return time.ms;
  const zone = time.zone ?? zoneOf(user, await store.preferences.get(user), { zones });
  const now = Date.now();
  return nextTimeOfDay(time, { now, zone }) - now;
}

/** Who says "in 30 minutes" means from now on: by the clock of the server that has the news. */
export function presentFor(
  { key, position }: Pick<Watch, 'key' | 'position'>,
  { ledger }: Pick<WatchParts, 'ledger'>,
): Stamp {
  return Math.max(position, ledger.timeFor(key).completeUpTo, ledger.presentFor(key).at);
}

export function notWatching(reason: WatchRefusal, { counters }: WatchParts): Reply {
  counters.count(`watches not begun: ${reason}`);
  return { kind: 'not-watching', reason };
}

/**
 * With the times of day, by the clock that the sender's messages are named by. The deadline in full
 * minutes: who says "by 17:00" must not read 16:59 because that clock is a little behind ours.
 */
export async function named(watch: Watch, { store }: WatchParts): Promise<WatchedMessage> {
  const found = await store.records.find(watch.key);
  const life = found && newestLife(found.tracked.record);
  const { messageTime = watch.position } = life === undefined ? {} : timesOf(life, undefined);
  const deadlineTime = messageTime + watch.deadline - watch.position;
  return { ...watch, messageTime, deadlineTime: Math.round(deadlineTime / MINUTE) * MINUTE };
}
