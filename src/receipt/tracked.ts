import type { MessageKey } from '../message/key.ts';
import type { Life } from '../message/life.ts';
import type { MessageRecord } from '../message/record.ts';
import type { Status } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { ForAudience } from './audience.ts';

/** A message as the store keeps it. */
export interface Tracked {
  readonly key: MessageKey;
  readonly record: MessageRecord;
  readonly told: readonly Told[];
  /** A tick was ordered for the life of the key that began at this stamp. */
  readonly ticked?: Stamp | undefined;
  /** The recipient is to be asked about the life of the key that began at this stamp. */
  readonly asked?: Stamp | undefined;
  /** A watch began with the life of the key that began at this stamp. */
  readonly watched?: Stamp | undefined;
}

/**
 * The sender was told this status. `at` shows for which life of the key, as a fact's stamp does.
 */
export interface Told extends ForAudience {
  readonly status: Status;
  readonly at: Stamp;
  /** When the receipt was made, by our own clock; older records do not have it. */
  readonly made?: Millis;
  /** No receipt was made, as the sender wants none; but the sender may have asked. */
  readonly silent?: true;
}

/**
 * Does this mark belong to this life? It may be later than the start: facts of the other server can
 * move the start back.
 */
export function hasMark({ startedAt }: Life, mark: Stamp | undefined): boolean {
  return mark !== undefined && mark >= startedAt;
}

export function withRecord(
  { key, told, ticked, asked, watched }: Tracked,
  record: MessageRecord,
): Tracked {
  return { key, record, told, ticked, asked, watched };
}
