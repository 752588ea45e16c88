import type { MessageKey } from '../message/key.ts';
import type { Life } from '../message/life.ts';
import type { MessageRecord } from '../message/record.ts';
import type { Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';

/** A message as the store keeps it. */
export interface Tracked {
  readonly key: MessageKey;
  readonly record: MessageRecord;
  readonly told: readonly Told[];
  /** For which life of the key a tick was ordered: the stamp where that life began. */
  readonly ticked?: Stamp | undefined;
  /** For which life of the key the recipient is to be asked: the stamp where that life began. */
  readonly asked?: Stamp | undefined;
}

/** The sender was told this status; `at` says in which life of the key, as a fact's stamp does. */
export interface Told {
  readonly status: Status;
  readonly at: Stamp;
}

/** A mark is never before its life. The life may turn out to be older, when the other server's facts come. */
export function isOf({ startedAt }: Life, mark: Stamp | undefined): boolean {
  return mark !== undefined && mark >= startedAt;
}

export function withRecord({ key, told, ticked, asked }: Tracked, record: MessageRecord): Tracked {
  return { key, record, told, ticked, asked };
}
