import type { UpkeepPort } from '../adapter.ts';
import { type Backlog, MAX_COUNTED } from '../upkeep-store.ts';
import { AccountRows } from './accounts.ts';
import type { OutboxRows } from './outbox.ts';
import { Pruning } from './prune.ts';
import type { QuestionRows } from './questions.ts';
import type { SendersDue } from './senders-due.ts';
import type { Served } from './served.ts';
import { ALL_SHARDS, PLACES } from './shards.ts';
import { gapsIn, keepClock, keptClock, noteGap } from './small-tables.ts';
import type { Sql } from './sql.ts';

/** Along those who wait: most rows of the outbox were taken, and are kept for a day. */
const RECEIPTS = `
  SELECT 1 FROM senders_due w CROSS JOIN LATERAL (
    SELECT 1 FROM outbox WHERE shard = w.shard AND sender = w.sender AND due IS NOT NULL
    LIMIT ${MAX_COUNTED}) o
  WHERE w.shard = s.shard AND w.domain = d.domain`;

const COUNT = `
  SELECT ${count(RECEIPTS)} AS receipts,
         ${count('SELECT 1 FROM ticks w WHERE w.shard = s.shard AND w.domain = d.domain')} AS ticks,
         ${count('SELECT 1 FROM questions w WHERE w.shard = s.shard AND w.domain = d.domain')} AS questions`;

function count(rows: string): string {
  return `(SELECT count(*)::integer FROM (
    SELECT 1 FROM ${PLACES} CROSS JOIN LATERAL (${rows} LIMIT ${MAX_COUNTED}) w
    LIMIT ${MAX_COUNTED}) counted)`;
}

interface UpkeptRows {
  readonly outbox: OutboxRows;
  readonly senders: SendersDue;
  readonly questions: QuestionRows;
}

/** What waits and the clock are those of the daemon; the rest is about everybody in the store. */
export function upkeepIn(
  sql: Sql,
  { outbox, senders, questions }: UpkeptRows,
  { component, domains }: Served,
): UpkeepPort {
  const accounts = new AccountRows(sql, outbox, senders);
  const pruning = new Pruning(sql, questions);
  return {
    forget: (account, at) => accounts.forget(account, at),
    prune: (limits) => pruning.removeSome(limits),
    backlog: () => backlogIn(sql, domains),
    clock: () => keptClock(sql, component),
    keepClock: (kept) => keepClock(sql, component, kept),
    gaps: () => gapsIn(sql),
    noteGap: (domain, upTo) => noteGap(sql, domain, upTo),
  };
}

async function backlogIn(sql: Sql, domains: readonly string[]): Promise<Backlog> {
  const [backlog] = await sql.rows<Backlog>(COUNT, [ALL_SHARDS, domains]);
  return backlog ?? { receipts: 0, ticks: 0, questions: 0 };
}
