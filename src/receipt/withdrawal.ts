import type { Life } from '../message/life.ts';
import type { Proof, Status } from '../message/status.ts';
import { type Audience, type ForAudience, ownerOf } from './audience.ts';
import type { Told } from './tracked.ts';

/** A status whose receipts are taken back, if they have not left. */
export interface Withdrawn {
  readonly status: Status;
  readonly audience: Audience;
}

export function isWithdrawn(
  receipt: ForAudience & { readonly status: Status },
  withdrawn: readonly Withdrawn[],
): boolean {
  return withdrawn.some(
    ({ status, audience }) => status === receipt.status && audience === ownerOf(receipt),
  );
}

/** A newer status makes a waiting receipt out of date. */
export function overtakenBy(
  newest: Proof | undefined,
  unsent: readonly Withdrawn[],
): readonly Withdrawn[] {
  return unsent.filter(({ status }) => status !== newest?.status);
}

/** What can be taken back of this message, and not of an older one of the same key. */
export function unsentFor(
  audience: Audience,
  unsent: readonly Told[],
  { startedAt }: Life,
): readonly Withdrawn[] {
  return unsent
    .filter((receipt) => ownerOf(receipt) === audience && receipt.at >= startedAt)
    .map(({ status }) => ({ status, audience }));
}

/** What is taken back was never told. */
export function withoutWithdrawn(
  told: readonly Told[],
  withdrawn: readonly Withdrawn[],
  { startedAt }: Life,
): readonly Told[] {
  if (withdrawn.length === 0) return told;
  return told.filter(
    (it) => it.silent === true || it.at < startedAt || !isWithdrawn(it, withdrawn),
  );
}
