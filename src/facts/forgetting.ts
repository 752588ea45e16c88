import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BareJid, domainOf } from '../message/jid.ts';
import type { Stamp } from '../message/time.ts';
import type { UpkeepStore } from '../store/upkeep-store.ts';
import { type Batch, deletedIn } from './batch.ts';

export interface ForgettingParts {
  readonly upkeep: Pick<UpkeepStore, 'forget'>;
  /** Called when accounts of that domain, and what they chose, were deleted. */
  readonly onForgotten: (domain: string) => void;
}

/** Forgets accounts that servers have deleted. */
export async function forgetDeleted(
  batches: readonly Batch[],
  { upkeep, onForgotten }: ForgettingParts,
): Promise<void> {
  const deleted = deletedIn(batches);
  for (const { account, at } of deleted) await forgetAccount(account, at, upkeep);
  for (const { account } of deleted) onForgotten(domainOf(account));
}

/**
 * A chunk at a time. The batch is not acknowledged before all is gone: after a crash it comes
 * again.
 */
async function forgetAccount(
  account: BareJid,
  at: Stamp,
  upkeep: ForgettingParts['upkeep'],
): Promise<void> {
  for (let isMore = true; isMore; ) {
    isMore = (await upkeep.forget(account, at)).isMore;
    await nextTurn();
  }
}
