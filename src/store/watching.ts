import type { MessageKey } from '../message/key.ts';
import type { Transaction } from './adapter.ts';
import type { WatchPort } from './watch-port.ts';
import {
  type KeptWatch,
  MAX_LISTED_WATCHES,
  MAX_OPEN_WATCHES,
  type NewWatch,
  NO_WATCHES,
  type Overdue,
  type OverdueClaim,
  type ReminderOrder,
  type WatchesBegun,
  type WatchStore,
} from './watch-store.ts';

interface Transactions {
  read<Result>(work: (rows: Transaction) => Promise<Result>): Promise<Result>;
  write<Result>(work: (rows: Transaction) => Promise<Result>): Promise<Result>;
}

export function watchesIn({ read, write }: Transactions): WatchStore {
  return {
    open: (watch) => write(({ watches }) => openWatch(watches, watch)),
    due: (servers, limit) => read(async ({ watches }) => watches.due(servers, limit)),
    expire: (watch, told) =>
      write(({ watches }) => change(watches, watch, { ...told, state: 'overdue', lease: 0 })),
    close: (watch) => write(({ watches }) => change(watches, watch, { state: 'closed' })),
    again: (watch, until) =>
      write(({ watches }) =>
        change(watches, watch, { ...until, state: 'open', notice: undefined, proof: undefined }),
      ),
    claim: (claim) => write(({ watches }) => claimOverdue(watches, claim)),
    settle: (settled) =>
      write(async ({ watches }) => {
        for (const watch of settled) await change(watches, watch, { state: 'told' });
      }),
    postpone: (watch, until) =>
      write(async ({ watches }) => void (await change(watches, watch, { lease: until }))),
    of: (sender) => read(async ({ watches }) => watches.of(sender, MAX_LISTED_WATCHES)),
    remind: (watch, order) => write(({ watches }) => orderReminder(watches, watch, order)),
    ordered: (servers, limit) => read(async ({ watches }) => watches.ordered(servers, limit)),
    take: (watch) => write(({ watches }) => takeReminder(watches, watch)),
  };
}

/** Watches that messages bring along. One that its sender has asked for already stays. */
export async function beginWatches(
  watches: WatchPort,
  wanted: readonly NewWatch[],
): Promise<WatchesBegun> {
  let { begun, tooMany } = NO_WATCHES;
  for (const watch of wanted) {
    const known = await watches.get(watch.key);
    if (known !== undefined && known.position >= watch.position) continue;
    if ((await openWatch(watches, watch)) === 'open') begun += 1;
    else tooMany += 1;
  }
  return { begun, tooMany };
}

/** A message is reminded of once, however often it is watched. */
async function openWatch(watches: WatchPort, watch: NewWatch): Promise<'open' | 'too many'> {
  const known = await watches.get(watch.key);
  const isSame = known !== undefined && known.position >= watch.position;
  const counted = known?.state === 'open' || known?.state === 'overdue' ? 1 : 0;
  if ((await watches.countOpen(watch.key.sender)) - counted >= MAX_OPEN_WATCHES) return 'too many';
  const { reminder, reminded } = isSame ? known : {};
  await watches.put({ ...watch, state: 'open', lease: 0, reminder, reminded });
  return 'open';
}

type Change = Partial<Omit<KeptWatch, 'key' | 'position' | 'goal' | 'server'>>;

async function change(watches: WatchPort, watch: KeptWatch, changed: Change): Promise<boolean> {
  const known = await unchanged(watches, watch);
  if (known === undefined) return false;
  const { state, reminder } = { ...known, ...changed };
  // What was reminded of is kept, so that it is not done again.
  if (state === 'closed' && reminder === undefined) await watches.remove(watch.key);
  else await watches.put({ ...known, ...changed });
  return true;
}

async function unchanged(watches: WatchPort, watch: KeptWatch): Promise<KeptWatch | undefined> {
  const known = await watches.get(watch.key);
  return known !== undefined && nameOf(known) === nameOf(watch) ? known : undefined;
}

function nameOf({ position, deadline, state, notice }: KeptWatch): string {
  return JSON.stringify([position, deadline, state, notice ?? '']);
}

async function claimOverdue(
  watches: WatchPort,
  { leaseUntil, ...claim }: OverdueClaim,
): Promise<readonly Overdue[]> {
  const found = (await watches.overdue(claim)).filter(isTellable);
  for (const watch of found) await watches.put({ ...watch, lease: leaseUntil });
  return found;
}

function isTellable(watch: KeptWatch): watch is Overdue {
  return watch.notice !== undefined && watch.proof !== undefined;
}

async function orderReminder(
  watches: WatchPort,
  watch: KeptWatch,
  { now, since, limit }: ReminderOrder,
): Promise<'ordered' | 'again' | 'too many' | 'changed'> {
  const known = await unchanged(watches, watch);
  if (known === undefined) return 'changed';
  if (known.reminder !== undefined) return 'again';
  if ((await watches.countReminded(watch.key.sender, since)) >= limit) return 'too many';
  await watches.put({ ...known, reminder: 'ordered', reminded: now });
  return 'ordered';
}

/** The watch itself may have changed since: the reminder is about the same message. */
async function takeReminder(watches: WatchPort, { key, position }: KeptWatch): Promise<boolean> {
  const known = await stillOrdered(watches, key);
  if (known?.position !== position) return false;
  await watches.put({ ...known, reminder: 'taken' });
  return true;
}

async function stillOrdered(watches: WatchPort, key: MessageKey): Promise<KeptWatch | undefined> {
  const known = await watches.get(key);
  return known?.reminder === 'ordered' ? known : undefined;
}
