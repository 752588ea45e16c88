import { untilNoConflict } from '../conflict.ts';
import { COPIED } from '../copied-kinds.ts';
import type { CopyTargetPort } from '../copying-port.ts';
import type { Fence } from '../store-lock.ts';
import { LONG_STATEMENTS, makePool } from './connection.ts';
import { PostgresCopying } from './copying.ts';
import { migrate } from './opening.ts';
import type { Sql } from './sql.ts';
import { Transactions, WRITE } from './transactions.ts';

/** Tables that belong to a store. Those about daemons, such as leases, stay where they are. */
const OF_A_STORE: ReadonlySet<string> = new Set([
  ...COPIED.map(({ table }) => table),
  ...['epochs', 'policy_number', 'copying', 'schema_version', 'identity'],
]);

/** Where the tables of the new store are until they are whole. */
const FRESH = 'receipts_restoring';

/**
 * Puts another store in the place of the one that the database holds, in one transaction: after a
 * failure it holds what it held. Answers with the schema where the replaced tables are now, if
 * they had been used. Whoever calls has the lock on the store. Rejects with StoreUnavailable.
 */
export async function replaceStore(
  address: string,
  fence: Fence | undefined,
  fill: (target: CopyTargetPort) => Promise<unknown>,
): Promise<string | undefined> {
  const transactions = new Transactions(makePool(address, 1, LONG_STATEMENTS), fence);
  const write = <Result>(work: (sql: Sql) => Promise<Result>) =>
    untilNoConflict(() => transactions.run(WRITE, work));
  try {
    await write(beginFresh);
    await fill(new PostgresCopying(within(FRESH, transactions)));
    return await write(putInPlace);
  } finally {
    await write(dropFresh).catch(() => {});
    await transactions.close();
  }
}

/** One that was killed has left its tables. */
async function beginFresh(sql: Sql): Promise<void> {
  await dropFresh(sql);
  await sql.run(`CREATE SCHEMA ${FRESH}`);
  await enter(FRESH, sql);
  await migrate(sql);
}

async function dropFresh(sql: Sql): Promise<void> {
  await sql.run(`DROP SCHEMA IF EXISTS ${FRESH} CASCADE`);
}

/** Transactions that see the tables of that schema only. The fence is where it always is. */
function within(schema: string, transactions: Transactions): Pick<Transactions, 'run' | 'close'> {
  return {
    run: (begin, work) =>
      transactions.run(begin, async (sql) => {
        await enter(schema, sql);
        return work(sql);
      }),
    close: async () => {},
  };
}

async function enter(schema: string, sql: Sql): Promise<void> {
  await sql.run(`SET LOCAL search_path TO ${schema}`);
}

async function putInPlace(sql: Sql): Promise<string | undefined> {
  const home = await homeOf(sql);
  const replaced =
    `replaced_${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`.toLowerCase();
  const wasUsed = (await sql.rows('SELECT 1 FROM epochs LIMIT 1')).length > 0;
  await sql.run(`CREATE SCHEMA ${replaced}`);
  for (const table of await tablesIn(sql, FRESH))
    if (OF_A_STORE.has(table)) {
      await move(sql, table, { from: home, to: replaced });
      await move(sql, table, { from: FRESH, to: home });
    } else await move(sql, table, { from: FRESH, to: replaced });
  if (wasUsed) return replaced;
  await sql.run(`DROP SCHEMA ${replaced} CASCADE`);
  return undefined;
}

/** In quotes: an operator may have chosen its name. */
async function homeOf(sql: Sql): Promise<string> {
  const select = 'SELECT quote_ident(current_schema()) AS home';
  const [row] = await sql.rows<{ home: string }>(select);
  return row?.home ?? 'public';
}

async function tablesIn(sql: Sql, schema: string): Promise<readonly string[]> {
  const select = 'SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename';
  const rows = await sql.rows<{ tablename: string }>(select, [schema]);
  return rows.map(({ tablename }) => tablename);
}

interface Move {
  readonly from: string;
  readonly to: string;
}

async function move(sql: Sql, table: string, { from, to }: Move): Promise<void> {
  await sql.run(`ALTER TABLE ${from}.${table} SET SCHEMA ${to}`);
}
