import type { Fact } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import type { Stamp } from '../message/time.ts';
import { NO_PREFERENCES, type Preferences } from '../receipt/preferences.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Tick } from '../receipt/tick.ts';
import type { Told, Tracked } from '../receipt/tracked.ts';

/** What stands in the `record` column, whichever database it is. */
interface RecordColumn {
  readonly facts: readonly Fact[];
  readonly told?: readonly Told[] | undefined;
  readonly ticked?: Stamp | undefined;
  readonly asked?: Stamp | undefined;
  readonly watched?: Stamp | undefined;
}

export function writeRecord({ record, told, ticked, asked, watched }: Tracked): string {
  const { facts } = record;
  // Most records are of messages of which nothing was told yet.
  if (told.length === 0 && (ticked ?? asked ?? watched) === undefined)
    return JSON.stringify({ facts });
  const column: RecordColumn = {
    facts,
    told: told.length === 0 ? undefined : told,
    ticked,
    asked,
    watched,
  };
  return JSON.stringify(column);
}

/** Only we write the column, so it is trusted here and nowhere asked again. */
export function readRecord(key: MessageKey, column: string): Tracked {
  const { facts, told = [], ticked, asked, watched } = JSON.parse(column) as RecordColumn;
  return { key, record: { facts }, told, ticked, asked, watched };
}

/** The columns beside it say which message it is about, and the status. */
type ReceiptColumn = Omit<Receipt, 'key' | 'status' | 'audience'>;

export function writeReceipt(receipt: Receipt): string {
  const { evidence, at, messageAt, time, messageTime, condition, unarchived } = receipt;
  return JSON.stringify({
    evidence,
    at,
    messageAt,
    time,
    messageTime,
    condition,
    unarchived,
  } satisfies Record<keyof ReceiptColumn, unknown>);
}

/** What the columns beside it say. */
export type ReceiptName = Pick<Receipt, 'key' | 'status' | 'audience'>;

/** `undefined`: the column is damaged. */
export function readReceipt(name: ReceiptName, column: string): Receipt | undefined {
  try {
    return { ...(JSON.parse(column) as ReceiptColumn), ...name };
  } catch {
    // Whoever sends it tells its number only, and says so in the log.
    return undefined;
  }
}

export function writePreferences(preferences: Preferences): string {
  return JSON.stringify(preferences);
}

export function readPreferences(column: string): Preferences {
  return JSON.parse(column) as Preferences;
}

/** NULL: the account never chose anything. */
export function chosenIn(column: string | null): Preferences {
  return column === null ? NO_PREFERENCES : readPreferences(column);
}

export function writeTick(tick: Tick): string {
  return JSON.stringify(tick);
}

export function readTick(column: string): Tick {
  return JSON.parse(column) as Tick;
}
