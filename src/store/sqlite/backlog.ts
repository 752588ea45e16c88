import { type Backlog, MAX_COUNTED } from '../upkeep-store.ts';
import type { Database } from './database.ts';

const COUNT = `
  SELECT ${count('senders_due s CROSS JOIN outbox o ON o.sender = s.sender AND o.due IS NOT NULL')} AS receipts,
         ${count('ticks')} AS ticks,
         ${count('questions')} AS questions`;

function count(rows: string): string {
  return `(SELECT count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${MAX_COUNTED}))`;
}

/** How much waits: each a walk along what waits only, and no further than the limit. */
export function countBacklog(database: Database): Backlog {
  return database.prepare(COUNT).get() as Backlog;
}
