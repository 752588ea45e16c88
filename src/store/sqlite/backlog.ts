import type { Backlog } from '../store.ts';
import type { Database } from './database.ts';

const COUNT = `
  SELECT (SELECT count(*) FROM outbox WHERE due IS NOT NULL) AS receipts,
         (SELECT count(*) FROM ticks) AS ticks,
         (SELECT count(*) FROM questions) AS questions`;

/** How much waits: each a walk along an index of what waits only. */
export function countBacklog(database: Database): Backlog {
  return database.prepare(COUNT).get() as Backlog;
}
