import { StoreConflict } from '../conflict.ts';
import type { CopySourcePort } from '../copying-port.ts';
import { StoreUnavailable } from '../store.ts';
import { LONG_SNAPSHOT, makePool } from './connection.ts';
import { CopiedReading } from './copied-reading.ts';
import { expectThisVersion } from './opening.ts';
import { READ, Transactions } from './transactions.ts';

/**
 * Does a work with all that the database holds at one moment, also while daemons write to it.
 * Nothing is changed. Rejects with StoreUnavailable.
 */
export async function readSnapshot<Result>(
  address: string,
  work: (source: CopySourcePort) => Promise<Result>,
): Promise<Result> {
  const transactions = new Transactions(makePool(address, 1, LONG_SNAPSHOT));
  try {
    return await transactions.run(READ, async (sql) => {
      await expectThisVersion(sql);
      return work(Object.assign(new CopiedReading(sql), { close: async () => {} }));
    });
  } catch (error) {
    throw error instanceof StoreConflict ? brokenOff(error) : error;
  } finally {
    await transactions.close();
  }
}

/** No write is in the way of a snapshot: the connection was lost. */
function brokenOff(cause: StoreConflict): StoreUnavailable {
  const advice = 'Nothing was changed: give the same command again';
  return new StoreUnavailable(`store: ${cause.message}. ${advice}`, { cause });
}
