import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis } from '../../message/time.ts';
import { columnsOfWatch, type WatchColumns, watchIn } from '../watch-columns.ts';
import type { WatchPort } from '../watch-port.ts';
import type { WatchQueuePort } from '../watch-queue-port.ts';
import type { CompleteServer, KeptWatch } from '../watch-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select: 'SELECT * FROM watches WHERE sender = $sender AND recipient = $recipient AND id = $id',
  remove: 'DELETE FROM watches WHERE sender = $sender AND recipient = $recipient AND id = $id',
  put: `
    INSERT OR REPLACE INTO watches (sender, recipient, id, server, position, goal, span, deadline,
      state, notice, status, proof, reminder, reminded, lease)
    VALUES ($sender, $recipient, $id, $server, $position, $goal, $span, $deadline,
      $state, $notice, $status, $proof, $reminder, $reminded, $lease)`,
  selectDue: `
    SELECT * FROM watches WHERE state = 'open' AND server = ? AND deadline <= ?
    ORDER BY deadline LIMIT ?`,
  selectOverdue: `
    SELECT * FROM watches WHERE state = 'overdue' AND lease <= $now
      AND sender NOT IN (SELECT value FROM json_each($except))
    ORDER BY lease LIMIT $limit`,
  selectOrdered: `
    SELECT * FROM watches WHERE reminder = 'ordered'
      AND server IN (SELECT value FROM json_each($servers))
    ORDER BY reminded LIMIT $limit`,
  countOpen: `
    SELECT count(*) AS count FROM watches WHERE sender = ? AND state IN ('open', 'overdue')`,
  countReminded: `
    SELECT count(*) AS count FROM watches WHERE sender = ? AND reminded >= ?`,
  selectOf: `
    SELECT * FROM watches WHERE sender = ? AND state IN ('open', 'overdue', 'told')
    ORDER BY state = 'told', CASE state WHEN 'told' THEN deadline ELSE position END DESC LIMIT ?`,
} as const;

type OverdueWanted = Parameters<WatchQueuePort['overdue']>[0];

/** Messages whose senders want to hear if nothing comes of them in time. */
export class WatchRows implements WatchPort, WatchQueuePort {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  get({ sender, recipient, id }: MessageKey): KeptWatch | undefined {
    const row = this.#statements.select.get({ sender, recipient, id });
    return row === undefined ? undefined : watchIn(row as WatchColumns);
  }

  put(watch: KeptWatch): void {
    this.#statements.put.run(columnsOfWatch(watch));
  }

  remove({ sender, recipient, id }: MessageKey): void {
    this.#statements.remove.run({ sender, recipient, id });
  }

  due(servers: readonly CompleteServer[], limit: number): readonly KeptWatch[] {
    const found = servers.flatMap(([server, upTo]) =>
      watchesIn(this.#statements.selectDue.all(server, upTo, limit)),
    );
    return found.toSorted((a, b) => a.deadline - b.deadline).slice(0, limit);
  }

  overdue({ now, except, limit }: OverdueWanted): readonly KeptWatch[] {
    const values = { now, except: JSON.stringify(except), limit };
    return watchesIn(this.#statements.selectOverdue.all(values));
  }

  ordered(servers: readonly string[], limit: number): readonly KeptWatch[] {
    const values = { servers: JSON.stringify(servers), limit };
    return watchesIn(this.#statements.selectOrdered.all(values));
  }

  countOpen(sender: BareJid): number {
    return countIn(this.#statements.countOpen.get(sender));
  }

  countReminded(sender: BareJid, since: Millis): number {
    return countIn(this.#statements.countReminded.get(sender, since));
  }

  of(sender: BareJid, limit: number): readonly KeptWatch[] {
    return watchesIn(this.#statements.selectOf.all(sender, limit));
  }
}

function watchesIn(rows: readonly unknown[]): readonly KeptWatch[] {
  return (rows as WatchColumns[]).map(watchIn);
}

function countIn(row: unknown): number {
  return (row as { count: number }).count;
}
