import type { Updated } from '../store/record-store.ts';

/** Wakes those who send what the store has for them. */
export interface Wakes {
  readonly receipts: () => void;
  readonly ticks: () => void;
}

export function wakeSenders({ verdicts }: Updated, wakes: Wakes): void {
  if (verdicts.some(({ receipts }) => receipts.length > 0)) wakes.receipts();
  if (verdicts.some(({ tick }) => tick.kind === 'order')) wakes.ticks();
}
