import { type Backlog, MAX_COUNTED } from '../upkeep-store.ts';
import type { Database } from './database.ts';

const COUNT = `
  SELECT ${count('outbox INDEXED BY outbox_unsent WHERE due IS NOT NULL AND parcel IS NULL')} AS unsent,
         ${count('outbox INDEXED BY outbox_lent WHERE due IS NOT NULL AND parcel IS NOT NULL')} AS lent,
         ${count('ticks')} AS ticks,
         ${count('questions')} AS questions`;

function count(rows: string): string {
  return `(SELECT count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${MAX_COUNTED}))`;
}

/** How much waits: each a walk along an index of what waits only, and no further than the limit. */
export function countBacklog(database: Database): Backlog {
  const { unsent, lent, ...rest } = database.prepare(COUNT).get() as Omit<Backlog, 'receipts'> & {
    unsent: number;
    lent: number;
  };
  return { receipts: Math.min(unsent + lent, MAX_COUNTED), ...rest };
}
