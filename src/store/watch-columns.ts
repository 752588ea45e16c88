import type { MessageKey } from '../message/key.ts';
import type { Status } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { WatchGoal } from '../receipt/watch.ts';
import { readReceipt, writeReceipt } from './json-columns.ts';
import type { KeptWatch, ReminderState, WatchState } from './watch-store.ts';

/** The columns of a watch, whichever database it is. */
export interface WatchColumns extends MessageKey {
  readonly server: string;
  readonly position: Stamp;
  readonly goal: WatchGoal;
  readonly span: Stamp;
  readonly deadline: Stamp;
  readonly state: WatchState;
  readonly notice: string | null;
  readonly status: Status | null;
  readonly proof: string | null;
  readonly reminder: ReminderState | null;
  readonly reminded: Millis | null;
  readonly lease: Millis;
}

export function columnsOfWatch(watch: KeptWatch): WatchColumns {
  const { key, server, position, goal, within, deadline, state, lease } = watch;
  const { notice = null, proof, reminder = null, reminded = null } = watch;
  return {
    ...{ sender: key.sender, recipient: key.recipient, id: key.id, server, position, goal },
    ...{ span: within, deadline, state, notice, reminder, reminded, lease },
    status: proof?.status ?? null,
    proof: proof === undefined ? null : writeReceipt(proof),
  };
}

export function watchIn(columns: WatchColumns): KeptWatch {
  const { sender, recipient, id, server, position, goal, span, deadline, state, lease } = columns;
  const { notice, status, proof, reminder, reminded } = columns;
  const key = { sender, recipient, id };
  return {
    ...{ key, server, position, goal, within: span, deadline, state, lease },
    notice: notice ?? undefined,
    proof: status === null || proof === null ? undefined : readReceipt({ key, status }, proof),
    reminder: reminder ?? undefined,
    reminded: reminded ?? undefined,
  };
}
