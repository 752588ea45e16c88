import type { Transaction } from './adapter.ts';
import type { NoticeStore, OverdueClaim } from './notice-store.ts';
import type { KeptWatch, Overdue } from './watch-store.ts';
import { changeWatch, type WatchTransactions } from './watching.ts';

export function noticesIn({ write }: WatchTransactions): NoticeStore {
  return {
    claim: (claim) => write((rows) => claimOverdue(rows, claim)),
    settle: (settled) =>
      write(async ({ watches }) => {
        for (const watch of settled) await changeWatch(watches, watch, { state: 'told' });
      }),
    postpone: (watch, until) =>
      write(async ({ watches }) => {
        await changeWatch(watches, watch, { state: 'overdue', lease: until });
      }),
  };
}

async function claimOverdue(
  { watches, watchQueue }: Pick<Transaction, 'watches' | 'watchQueue'>,
  { leaseUntil, ...claim }: OverdueClaim,
): Promise<readonly Overdue[]> {
  const found = (await watchQueue.overdue(claim)).filter(isTellable);
  for (const watch of found) await watches.put({ ...watch, lease: leaseUntil });
  return found;
}

function isTellable(watch: KeptWatch): watch is Overdue {
  return watch.notice !== undefined && watch.proof !== undefined;
}
