import { untilNoConflict } from '../conflict.ts';
import { TELL_NOBODY } from '../store-news.ts';
import { LONG_STATEMENTS, makePool } from './connection.ts';
import { migrate } from './opening.ts';
import { Transactions, WRITE } from './transactions.ts';

/**
 * Makes the tables of a database, or brings them up to date. The index of many million messages
 * takes longer than a statement of a daemon may. Rejects with StoreUnavailable.
 */
export async function bringUpToDate(address: string, tell = TELL_NOBODY): Promise<void> {
  const transactions = new Transactions(makePool(address, 1, LONG_STATEMENTS));
  try {
    const news = await untilNoConflict(() => transactions.run(WRITE, (sql) => migrate(sql, tell)));
    if (news !== undefined) tell(news);
  } finally {
    await transactions.close();
  }
}
