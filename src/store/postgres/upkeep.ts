import type { UpkeepPort } from '../adapter.ts';
import { type Backlog, MAX_COUNTED } from '../upkeep-store.ts';
import { AccountRows } from './accounts.ts';
import type { OutboxRows } from './outbox.ts';
import { Pruning } from './prune.ts';
import type { QuestionRows } from './questions.ts';
import type { SendersDue } from './senders-due.ts';
import { gapsIn, keepClock, keptClock, noteGap } from './small-tables.ts';
import type { Sql } from './sql.ts';

/** Along those who wait: most rows of the outbox were taken, and are kept for a day. */
const WAITING = `senders_due s CROSS JOIN LATERAL (
  SELECT 1 FROM outbox o WHERE o.shard = s.shard AND o.sender = s.sender AND o.due IS NOT NULL
  LIMIT ${MAX_COUNTED}) o`;

const COUNT = `
  SELECT ${count(WAITING)} AS receipts,
         ${count('ticks')} AS ticks,
         ${count('questions')} AS questions`;

function count(rows: string): string {
  return `(SELECT count(*)::integer FROM (SELECT 1 FROM ${rows} LIMIT ${MAX_COUNTED}) counted)`;
}

interface UpkeptRows {
  readonly outbox: OutboxRows;
  readonly senders: SendersDue;
  readonly questions: QuestionRows;
}

export function upkeepIn(sql: Sql, { outbox, senders, questions }: UpkeptRows): UpkeepPort {
  const accounts = new AccountRows(sql, outbox, senders);
  const pruning = new Pruning(sql, questions);
  return {
    forget: (account, at) => accounts.forget(account, at),
    prune: (limits) => pruning.removeSome(limits),
    backlog: () => backlogIn(sql),
    clock: () => keptClock(sql),
    keepClock: (kept) => keepClock(sql, kept),
    gaps: () => gapsIn(sql),
    noteGap: (domain, upTo) => noteGap(sql, domain, upTo),
  };
}

async function backlogIn(sql: Sql): Promise<Backlog> {
  const [backlog] = await sql.rows<Backlog>(COUNT);
  return backlog ?? { receipts: 0, ticks: 0, questions: 0 };
}
