import { StoreUnavailable } from '../store.ts';
import type { Fence } from '../store-lock.ts';
import { type Connection, resultsOf } from './connection.ts';
import type { Sql } from './sql.ts';

// Higher than all others: a write looks for the number alone.
const RAISE = `
  INSERT INTO fences (name, number)
  VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM fences))
  ON CONFLICT (name) DO UPDATE SET number = excluded.number RETURNING number`;

/** Whoever had that lease until now writes nothing from then on. Answers with the new number. */
export async function raiseFence(sql: Sql, name: string): Promise<number> {
  const [row] = await sql.rows<{ number: number }>(RAISE, [name]);
  if (row === undefined)
    throw new Error(
      'store: the fence was not raised: this is a bug of xmpp-receipts, please report it',
    );
  return row.number;
}

/**
 * Begins a transaction that only the holder of that fence may commit: the row stays locked until its
 * end, so that whoever takes the database waits for it. All in one round trip. Throws
 * StoreUnavailable.
 */
export async function beginFenced(
  connection: Connection,
  begin: string,
  { number, onLost }: Fence,
): Promise<void> {
  const look = `SELECT 1 FROM fences WHERE number = ${number} FOR SHARE`;
  const [, held] = await resultsOf(connection, `${begin}; ${look}`);
  if (held?.rowCount === 1) return;
  onLost();
  throw new StoreUnavailable(
    'store: another daemon has taken over the database, so nothing was written; this one ends. Give each daemon a database of its own',
  );
}
