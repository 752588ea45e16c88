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
import { type Called, personCalled, writtenToBy } from './people.ts';
import type { Reply, WatchedMessage } from './reply.ts';

export interface WatchParts {
  readonly store: Pick<Store, 'records' | 'watches' | 'reminders' | 'preferences'>;
  readonly ledger: Pick<Ledger, 'timeFor' | 'presentFor'>;
  readonly rules: Rules;
  /** How many reminders one sender may order in an hour. */
  readonly remindersPerHour: number;
  readonly spell: Spelling;
  readonly counters: Counters;
  readonly now: () => Millis;
}

/** An address, or the name of one of these people, or of somebody who was written to. */
export async function personMeant(
  user: BareJid,
  peer: string,
  { store, spell, known }: WatchParts & { readonly known: readonly BareJid[] },
): Promise<Called<BareJid>> {
  if (peer.includes('@')) return { kind: 'one', address: spell(peer) };
  return personCalled(peer, [...known, ...(await writtenToBy(user, store.records))]);
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

export function notWatching(reason: WatchRefusal, { counters }: WatchParts): Reply {
  counters.count(`watches not begun: ${reason}`);
  return { kind: 'not-watching', reason };
}

/** With the times of day, by the clock that the sender's messages are named by. */
export async function named(watch: Watch, { store }: WatchParts): Promise<WatchedMessage> {
  const found = await store.records.find(watch.key);
  const life = found && newestLife(found.tracked.record);
  const { messageTime = watch.position } = life === undefined ? {} : timesOf(life, undefined);
  return { ...watch, messageTime, deadlineTime: messageTime + watch.deadline - watch.position };
}
