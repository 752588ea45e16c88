import type { Transaction } from './adapter.ts';
import type { WatchPort } from './watch-port.ts';
import {
  type KeptWatch,
  MAX_LISTED_WATCHES,
  MAX_OPEN_WATCHES,
  type NewWatch,
  NO_WATCHES,
  type WatchesBegun,
  type WatchStore,
} from './watch-store.ts';

export interface WatchTransactions {
  read<Result>(work: (rows: Transaction) => Promise<Result>): Promise<Result>;
  write<Result>(work: (rows: Transaction) => Promise<Result>): Promise<Result>;
}

export function watchesIn({ read, write }: WatchTransactions): WatchStore {
  return {
    open: (watch) => write(({ watches }) => openWatch(watches, watch)),
    due: (servers, limit) => read(async ({ watches }) => watches.due(servers, limit)),
    expire: (watch, told) =>
      write(({ watches }) => changeWatch(watches, watch, { ...told, state: 'overdue', lease: 0 })),
    close: (watch) => write(({ watches }) => changeWatch(watches, watch, { state: 'closed' })),
    again: (watch, until) => write(({ watches }) => openAgain(watches, watch, until)),
    of: (sender) => read(async ({ watches }) => watches.of(sender, MAX_LISTED_WATCHES)),
  };
}

const UNTOLD = { notice: undefined, proof: undefined };

async function openAgain(
  watches: WatchPort,
  watch: KeptWatch,
  until: Parameters<WatchStore['again']>[1],
): Promise<'open' | 'too many' | 'changed'> {
  if (await isOneTooMany(watches, watch)) return 'too many';
  const isChanged = await changeWatch(watches, watch, { ...until, ...UNTOLD, state: 'open' });
  return isChanged ? 'open' : 'changed';
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
  if (await isOneTooMany(watches, watch)) return 'too many';
  const known = await watches.get(watch.key);
  const isSame = known !== undefined && known.position >= watch.position;
  const { reminder, reminded } = isSame ? known : {};
  await watches.put({ ...watch, state: 'open', lease: 0, reminder, reminded });
  return 'open';
}

/** One that waits already takes its own place. */
async function isOneTooMany(watches: WatchPort, { key }: Pick<KeptWatch, 'key'>): Promise<boolean> {
  const known = await watches.get(key);
  const counted = known?.state === 'open' || known?.state === 'overdue' ? 1 : 0;
  return (await watches.countOpen(key.sender)) - counted >= MAX_OPEN_WATCHES;
}

type Change = Partial<Omit<KeptWatch, 'key' | 'position' | 'goal' | 'server'>>;

export async function changeWatch(
  watches: WatchPort,
  watch: KeptWatch,
  changed: Change,
): Promise<boolean> {
  const known = await unchangedWatch(watches, watch);
  if (known === undefined) return false;
  const { state, reminder } = { ...known, ...changed };
  // What was reminded of is kept, so that it is not done again.
  if (state === 'closed' && reminder === undefined) await watches.remove(watch.key);
  else await watches.put({ ...known, ...changed });
  return true;
}

export async function unchangedWatch(
  watches: WatchPort,
  watch: KeptWatch,
): Promise<KeptWatch | undefined> {
  const known = await watches.get(watch.key);
  return known !== undefined && nameOf(known) === nameOf(watch) ? known : undefined;
}

function nameOf({ position, deadline, state, notice }: KeptWatch): string {
  return JSON.stringify([position, deadline, state, notice ?? '']);
}
