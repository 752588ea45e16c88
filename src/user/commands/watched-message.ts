import type { Ledger } from '../../facts/ledger.ts';
import type { BareJid } from '../../message/jid.ts';
import { newestLife } from '../../message/life.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import { timesOf } from '../../receipt/receipt.ts';
import type { Rules } from '../../receipt/rules.ts';
import { LONGEST_WATCH, type Watch } from '../../receipt/watch.ts';
import type { Found } from '../../store/record-store.ts';
import type { Store } from '../../store/store.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { WatchTime } from './command.ts';
import type { WatchedMessage } from './reply.ts';

export interface WatchParts {
  readonly store: Pick<Store, 'records' | 'watches' | 'reminders' | 'preferences'>;
  readonly ledger: Pick<Ledger, 'timeFor' | 'presentFor'>;
  readonly rules: Rules;
  readonly keptFor: { readonly retentionDays: number };
  /** How many reminders one sender may order in an hour. */
  readonly remindersPerHour: number;
  readonly spell: Spelling;
  readonly counters: Counters;
  readonly now: () => Millis;
}

/** A name is looked for among so many of the sender's newest messages. */
const LOOKED_THROUGH = 50;

const DAY: Stamp = 86_400_000_000;

/** The sender's last message, or the last one to that person. */
export async function messageTo(
  user: BareJid,
  peer: string | undefined,
  { store, spell }: WatchParts,
): Promise<Found | undefined> {
  if (peer === undefined) return (await store.records.latest(user, undefined, 1))[0];
  if (peer.includes('@')) return (await store.records.latest(user, spell(peer), 1))[0];
  const latest = await store.records.latest(user, undefined, LOOKED_THROUGH);
  return latest.find(({ tracked }) => isCalled(tracked.key.recipient, peer));
}

/** By what stands before the @, or by its beginning. */
export function isCalled(address: string, name: string): boolean {
  return address === name || (address.split('@')[0] ?? '').startsWith(name);
}

export function withinOf(time: WatchTime): Stamp {
  return Math.round(lengthUntil(time)) * 1000;
}

/** How long it is until then, by the clock of our machine: our words name times by it. */
function lengthUntil(time: WatchTime): Millis {
  if (time.kind === 'within') return time.ms;
  const now = Date.now();
  const then = new Date(now);
  then.setHours(time.hour, time.minute, 0, 0);
  if (then.getTime() <= now) then.setDate(then.getDate() + 1);
  return then.getTime() - now;
}

/** Who says "in 30 minutes" means from now on: by the clock of the server that has the news. */
export function presentFor(
  { key, position }: Pick<Watch, 'key' | 'position'>,
  { ledger }: Pick<WatchParts, 'ledger'>,
): Stamp {
  return Math.max(position, ledger.timeFor(key).completeUpTo, ledger.presentFor(key).at);
}

/** What is forgotten before the deadline cannot be judged. */
export function isTooLong({ position, deadline, within }: Watch, { keptFor }: WatchParts): boolean {
  return within > LONGEST_WATCH || deadline - position > keptFor.retentionDays * DAY;
}

/** With the times of day, by the clock that the sender's messages are named by. */
export async function named(watch: Watch, { store }: WatchParts): Promise<WatchedMessage> {
  const found = await store.records.find(watch.key);
  const life = found && newestLife(found.tracked.record);
  const { messageTime = watch.position } = life === undefined ? {} : timesOf(life, undefined);
  return { ...watch, messageTime, deadlineTime: messageTime + watch.deadline - watch.position };
}
