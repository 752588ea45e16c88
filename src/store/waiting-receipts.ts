import type { MessageKey } from '../message/key.ts';
import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import type { Audience } from '../receipt/audience.ts';
import { readReceipt } from './json-columns.ts';
import type { KnownParcel, Waiting, WaitingReceipt } from './receipt-port.ts';

/** A receipt as an adapter keeps it. */
export interface ReceiptColumns extends MessageKey {
  readonly status: Status;
  /** NULL: an older daemon made it, for both. */
  readonly audience: Audience | null;
  readonly number: number;
  readonly receipt: string;
  readonly more: number;
  /** NULL: the server has taken it, and this is not used. */
  readonly due: Millis | null;
}

export function waitingReceipt(columns: ReceiptColumns): WaitingReceipt {
  const { number, sender, recipient, id, status, more, due } = columns;
  const audience = columns.audience ?? undefined;
  const key = { sender, recipient, id };
  const receipt = readReceipt({ key, status, audience }, columns.receipt);
  return { number, audience, receipt, more, due: due ?? 0 };
}

export function countIn(parcels: readonly KnownParcel[]): number {
  return parcels.reduce((sum, { receipts }) => sum + receipts.length, 0);
}

/** The number of receipts that can be sent now. */
export function countDue(waiting: readonly Waiting[], now: Millis): number {
  return waiting.reduce(
    (sum, { again, unsent }) =>
      sum + countIn(again) + unsent.filter(({ due }) => due <= now).length,
    0,
  );
}
