import type { MessageKey } from '../../src/message/key.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { MessageRows } from '../../src/store/sqlite/messages.ts';
import { keyOf, OLD } from '../component/items.ts';
import { obey } from '../measure/helper.ts';

/** Makes a store that has seen so many messages. */
export interface FillOrder {
  readonly database: string;
  readonly records: number;
}

const ROWS_A_TRANSACTION = 20_000;
const WEEK_MS = 604_800_000;

async function fill({ database: path, records }: FillOrder): Promise<object> {
  const database = openDatabase(path);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -1000000');
  const messages = new MessageRows(database);
  const from = Date.now() - WEEK_MS;
  const put = database.transaction((keys: readonly MessageKey[]) => {
    for (const [index, key] of keys.entries()) putMessage(messages, key, from + index);
  });
  const keys = sortedKeys(records);
  for (let start = 0; start < records; start += ROWS_A_TRANSACTION)
    put(keys.slice(start, start + ROWS_A_TRANSACTION));
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return {};
}

// In the order of the primary key, which is many times quicker.
function sortedKeys(records: number): readonly MessageKey[] {
  const keys = Array.from(
    { length: records },
    (_, index) => keyOf(OLD.first + index) as MessageKey,
  );
  return keys.sort((a, b) => compare(a.sender, b.sender) || compare(a.recipient, b.recipient));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function putMessage(messages: MessageRows, key: MessageKey, firstSeen: number): void {
  const at = firstSeen * 1000;
  const facts = [
    {
      kind: 'accepted',
      at,
      side: 'both',
      type: 'chat',
      maySee: true,
      token: 'kX2cWmZb0bqk',
    },
    { kind: 'sent', at: at + 1, side: 'both', resource: 'phone' },
    { kind: 'acked', at: at + 2, side: 'both', resource: 'phone' },
  ] as const;
  const tracked = { key, record: { facts }, told: [] };
  messages.put({ tracked, position: at, wake: undefined, firstSeen });
}

obey(fill);
