import pg from 'pg';
import { shardOf } from '../../src/store/postgres/shards.ts';
import { ALICE, BOB } from '../support/facts.ts';

const ROWS = 20_000;

/** Some rows are about these two; of the others nobody has a noticeable part. */
const IS_HEAVY = 'n % 10 = 0';
const IS_BACK = 'n % 10 = 1';
const SENDER = `CASE WHEN ${IS_HEAVY} THEN '${ALICE}' ELSE 'user' || n / 4 || '@example.org' END`;
const RECIPIENT = `CASE WHEN ${IS_HEAVY} THEN '${BOB}' WHEN ${IS_BACK} THEN '${ALICE}'
  ELSE 'user' || n / 4 + 9 || '@example.org' END`;
const OF_SENDER = `CASE WHEN ${IS_HEAVY} THEN ${shardOf(ALICE)} ELSE n % 16 END`;
const OF_RECIPIENT = `CASE WHEN ${IS_HEAVY} THEN ${shardOf(BOB)}
  WHEN ${IS_BACK} THEN ${shardOf(ALICE)} ELSE n % 16 END`;
const DOMAIN = `CASE WHEN ${IS_HEAVY} THEN 'example.org' ELSE 'example' || n % 97 || '.org' END`;

/** Rows as in a store that has run for long, in every table that grows. */
const FILL = `
  INSERT INTO messages (shard, sender, recipient, id, record, position, seen_at, kept, wake, server, born)
    SELECT ${OF_SENDER}, ${SENDER}, ${RECIPIENT}, 'm' || n, '{"facts":[]}', CASE WHEN n % 99 > 0 THEN n END, n,
      n % 50 = 0, CASE WHEN n % 3 = 0 THEN n END, ${DOMAIN}, n FROM numbers;
  INSERT INTO aliases (shard, sender, recipient, alias, id, born)
    SELECT ${OF_SENDER}, ${SENDER}, ${RECIPIENT}, 'o' || n, 'm' || n, n FROM numbers;
  INSERT INTO read_up_to (shard, sender, recipient, position, at)
    SELECT ${OF_SENDER}, ${SENDER}, 'user' || n || '@example.org', n, n FROM numbers;
  INSERT INTO mentions (shard, sender, recipient, stored, at)
    SELECT ${OF_SENDER}, ${SENDER}, 'user' || n || '@example.org', n, n FROM numbers;
  INSERT INTO watches (shard, domain, sender, recipient, id, server, position, goal, span, deadline, state,
      reminder, reminded, lease)
    SELECT ${OF_SENDER}, ${DOMAIN}, ${SENDER}, ${RECIPIENT}, 'm' || n, ${DOMAIN}, n, 'displayed', 9, n + 9,
      (ARRAY['closed', 'open', 'overdue', 'told'])[n % 4 + 1], CASE WHEN n % 9 = 0 THEN 'ordered' END,
      CASE WHEN n % 3 = 0 THEN n END, 0 FROM numbers;
  INSERT INTO outbox (shard, number, sender, recipient, id, status, message_at, receipt, due, parcel, taken)
    SELECT ${OF_SENDER}, n * 16 + n % 16, ${SENDER}, ${RECIPIENT}, 'm' || n, 'stored', n, '{}',
      CASE WHEN n % 9 = 0 THEN n END, 'p' || n / 3, CASE WHEN n % 9 > 0 THEN n END FROM numbers;
  INSERT INTO senders_due (shard, sender, domain, due)
    SELECT n % 16, 'user' || n || '@example.org', ${DOMAIN}, n FROM numbers;
  INSERT INTO ticks (shard, number, sender, recipient, id, domain, tick, due)
    SELECT ${OF_SENDER}, n * 16 + n % 16, ${SENDER}, ${RECIPIENT}, 'm' || n, ${DOMAIN}, '{}', n FROM numbers;
  INSERT INTO questions (shard, recipient, number, domain, sender, opened, due)
    SELECT ${OF_RECIPIENT}, ${RECIPIENT}, n, ${DOMAIN}, ${SENDER}, n, CASE WHEN n % 3 = 0 THEN n END FROM numbers;
  INSERT INTO asked_messages (shard, recipient, sender, id, number, position, shown, born)
    SELECT ${OF_RECIPIENT}, ${RECIPIENT}, ${SENDER}, 'm' || n, n % 30, n, n % 4 > 0, n FROM numbers;
  INSERT INTO question_numbers (shard, recipient, number, at)
    SELECT n % 16, 'user' || n || '@example.org', n, n FROM numbers;
  INSERT INTO preferences (account, domain, preferences, number, changed)
    SELECT 'user' || n || '@example.org', ${DOMAIN}, '{}', n, n FROM numbers;
  INSERT INTO forgotten (account, at) SELECT 'user' || n || '@example.org', n FROM numbers;
  INSERT INTO contacts (account, address, component, born)
    SELECT 'user' || n || '@example.org', 'receipts.example.org', ${DOMAIN}, n FROM numbers;
  INSERT INTO epochs (opening, epoch, began, component)
    SELECT n + 10, 'e' || n, n, 'receipts.example.org' FROM numbers WHERE n < 10000;
  ANALYZE;`;

/**
 * To the planner it is a thousand times as much: what is cheap for so few rows is not the question.
 * It knows the number of pages, and takes the number of rows in one from here.
 */
const SWELL = `
  UPDATE pg_class SET reltuples = reltuples * 1000
  WHERE relnamespace = 'public'::regnamespace AND reltuples > 1000`;

/** Fills the tables of that database, and lets the server look at what is in them. */
export async function fillWithMany(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const numbers = `CREATE TEMP VIEW numbers AS SELECT generate_series(0, ${ROWS - 1}) AS n;`;
    await client.query(`${numbers} ${FILL}`);
    await client.query(SWELL);
  } finally {
    await client.end();
  }
}
