import type { Transaction } from './adapter.ts';
import type { ReminderOrder, ReminderStore } from './reminder-store.ts';
import type { WatchPort } from './watch-port.ts';
import type { KeptWatch } from './watch-store.ts';
import { unchangedWatch, type WatchTransactions } from './watching.ts';

export function remindersIn({ read, write }: WatchTransactions): ReminderStore {
  return {
    order: (watch, order) => write((rows) => orderReminder(rows, watch, order)),
    ordered: (servers, limit) => read(async ({ watchQueue }) => watchQueue.ordered(servers, limit)),
    take: (watch) => write(({ watches }) => takeReminder(watches, watch)),
  };
}

async function orderReminder(
  { watches, watchQueue }: Pick<Transaction, 'watches' | 'watchQueue'>,
  watch: KeptWatch,
  { now, since, limit }: ReminderOrder,
): Promise<'ordered' | 'again' | 'too many' | 'changed'> {
  const known = await unchangedWatch(watches, watch);
  if (known === undefined) return 'changed';
  if (known.reminder !== undefined) return 'again';
  if ((await watchQueue.countReminded(watch.key.sender, since)) >= limit) return 'too many';
  await watches.put({ ...known, reminder: 'ordered', reminded: now });
  return 'ordered';
}

/** The watch itself may have changed since: the reminder is about the same message. */
async function takeReminder(watches: WatchPort, { key, position }: KeptWatch): Promise<boolean> {
  const known = await watches.get(key);
  if (known?.reminder !== 'ordered' || known.position !== position) return false;
  await watches.put({ ...known, reminder: 'taken' });
  return true;
}
