import { AFTER_RESTORE } from '../after-restore.ts';
import type { RestoredNews } from '../store-news.ts';
import type { Sql } from './sql.ts';

const THESE_TABLES = "'messages'::regclass::oid::bigint";

const SELECT = `
  SELECT tables = ${THESE_TABLES} AS is_same, EXISTS (SELECT 1 FROM leases) AS was_in_use FROM identity`;

/** A daemon that slept meanwhile has a number of before. No such number is given again. */
const RAISE_FENCES = 'UPDATE fences SET number = number + 1000000';

interface Found {
  readonly is_same: boolean;
  readonly was_in_use: boolean;
}

/**
 * pg_restore makes the tables anew. If a daemon used them when they were dumped, it went on, and
 * they are an older state. If none did, they were moved: nothing has happened since. Answers
 * which of the two it was.
 */
export async function settleRestored(sql: Sql): Promise<RestoredNews | undefined> {
  const [found] = await sql.rows<Found>(SELECT);
  if (found === undefined || found.is_same) return undefined;
  if (found.was_in_use) for (const statement of AFTER_RESTORE) await sql.run(statement);
  await sql.run(RAISE_FENCES);
  await sql.run(`UPDATE identity SET tables = ${THESE_TABLES}`);
  return found.was_in_use ? 'was put back' : 'was moved';
}
