import type { Database } from '../../src/store/sqlite/database.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';

/** What a big store holds. Everything is of pairs of `u<number>@example.org`. */
export interface Sizes {
  readonly messages: number;
  readonly users: number;
}

const DAY = 86_400_000;

/**
 * Makes a store as a server leaves it after 30 days, most of it in the last of them. Each user writes to 97 others in turn; u0
 * sends and gets one message of fifty.
 */
export function fillBigStore(path: string, { messages, users }: Sizes, now: number): void {
  const database = openDatabase(path);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -500000');
  const indexes = dropIndexes(database);
  for (const statement of rowsOf({ messages, users }, now)) database.exec(statement);
  for (const index of indexes) database.exec(index);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Rows go in many times quicker without. */
function dropIndexes(database: Database): readonly string[] {
  const found = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all() as { name: string; sql: string }[];
  for (const { name } of found) database.exec(`DROP INDEX ${name}`);
  return found.map(({ sql }) => sql);
}

function rowsOf({ messages, users }: Sizes, now: number): readonly string[] {
  const old = messages / 20;
  const age = `CASE WHEN n < ${old} THEN ${now - 30 * DAY} + n ELSE ${now - DAY} + n END`;
  const user = (number: string) => `'u' || (${number}) || '@example.org'`;
  const sender = user(`CASE n % 50 WHEN 0 THEN 0 ELSE n % ${users} END`);
  const recipient = user(
    `CASE n % 50 WHEN 1 THEN 0 ELSE (n % ${users} + 1 + n / ${users} % 97) % ${users} END`,
  );
  const count = (rows: number) =>
    `WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < ${rows - 1})`;
  const record = `'{"facts":[{"kind":"accepted","at":' || ((${age}) * 1000) || ',"side":"both","type":"chat","maySee":true,"token":"kX2cWmZb0bqk"},{"kind":"sent","at":' || ((${age}) * 1000 + 1) || ',"side":"both","resource":"phone"}]}'`;
  const receipt = `'{"key":{"sender":"' || ${sender} || '","recipient":"' || ${recipient} || '","id":"m' || n || '"},"status":"stored","evidence":"server","at":' || ((${age}) * 1000 + 1) || ',"messageAt":' || ((${age}) * 1000) || '}'`;
  return [
    `${count(messages)} INSERT INTO messages (sender, recipient, id, record, position, wake, born)
     SELECT ${sender}, ${recipient}, 'm' || n, ${record}, (${age}) * 1000, NULL, ${age} FROM counted`,
    `${count(messages / 5)} INSERT INTO aliases (sender, recipient, alias, id, born)
     SELECT ${sender}, ${recipient}, 'o' || n, 'm' || n, ${age} FROM counted`,
    `${count(messages / 5)} INSERT OR IGNORE INTO read_up_to (sender, recipient, position, at)
     SELECT ${sender}, ${recipient}, (${age}) * 1000, (${age}) * 1000 FROM counted`,
    `${count(messages / 4)} INSERT INTO outbox (sender, recipient, id, message, status, receipt, parcel, taken)
     SELECT ${sender}, ${recipient}, 'm' || n, n + 1, 'stored', ${receipt}, 'r-' || n, ${now - 3 * DAY} + n FROM counted`,
    // A hundred senders whose backlog is as long as it may be, and others with a receipt each.
    `${count(messages / 10)} INSERT INTO outbox (sender, recipient, id, status, receipt, due)
     SELECT ${user('n / 1000')}, ${recipient}, 'w' || n, 'stored', ${receipt}, ${now} - 1000 FROM counted`,
    `${count(messages / 20)} INSERT INTO ticks (sender, recipient, id, domain, tick, due)
     SELECT ${sender}, ${recipient}, 'm' || n, 'example.org', '{}', ${age} FROM counted`,
    `${count(messages / 20)} INSERT INTO questions (recipient, number, sender, opened, due)
     SELECT ${user(`n % ${users}`)}, n / ${users} + 1, ${sender}, ${age}, ${now} - 1000 FROM counted`,
    `${count(messages / 20)} INSERT INTO asked_messages (recipient, sender, id, number, position, born)
     SELECT ${user(`n % ${users}`)}, ${sender}, 'm' || n, n / ${users} + 1, (${age}) * 1000, ${age} FROM counted`,
    `${count(users)} INSERT INTO question_numbers (recipient, number, at)
     SELECT ${user('n')}, 1, ${age} FROM counted`,
    `${count(users)} INSERT INTO forgotten (account, at)
     SELECT 'gone-' || n || '@example.org', (${age}) * 1000 FROM counted`,
    `${count(users)} INSERT INTO preferences (account, domain, preferences, number, changed)
     SELECT ${user('n')}, 'example.org', '{"policy":"manual"}', n + 1, ${age} FROM counted`,
    `UPDATE store SET number = ${users}`,
  ];
}
