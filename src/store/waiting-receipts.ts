import type { MessageKey } from '../message/key.ts';
import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import { readReceipt } from './json-columns.ts';
import type { KnownParcel, Waiting, WaitingReceipt } from './receipt-port.ts';

/** A receipt as an adapter keeps it. */
export interface ReceiptColumns extends MessageKey {
  readonly status: Status;
  readonly number: number;
  readonly receipt: string;
  readonly more: number;
  /** NULL: the server has taken it, and this is not used. */
  readonly due: Millis | null;
}

export function waitingReceipt(columns: ReceiptColumns): WaitingReceipt {
  const { number, sender, recipient, id, status, more, due } = columns;
  const receipt = readReceipt({ sender, recipient, id }, status, columns.receipt);
  return { number, receipt, more, due: due ?? 0 };
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
