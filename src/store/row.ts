import type { Fact } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import type { Told, Tracked } from '../receipt/judge.ts';
import type { Receipt } from '../receipt/receipt.ts';

/** What stands in the `record` column, whichever database it is. */
interface RecordColumn {
  readonly facts: readonly Fact[];
  readonly told?: readonly Told[];
}

export function writeRecord({ record, told }: Tracked): string {
  const column: RecordColumn = told.length === 0 ? record : { facts: record.facts, told };
  return JSON.stringify(column);
}

/** Only we write the column, so it is trusted here and nowhere asked again. */
export function readRecord(key: MessageKey, column: string): Tracked {
  const { facts, told = [] } = JSON.parse(column) as RecordColumn;
  return { key, record: { facts }, told };
}

export function writeReceipt(receipt: Receipt): string {
  return JSON.stringify(receipt);
}

export function readReceipt(column: string): Receipt {
  return JSON.parse(column) as Receipt;
}
