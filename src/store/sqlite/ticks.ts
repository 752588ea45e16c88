import { domainOf } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis } from '../../message/time.ts';
import type { Tick } from '../../receipt/tick.ts';
import { readTick, writeTick } from '../json-columns.ts';
import type { TickOrder, TickStore } from '../tick-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  insert: `
    INSERT INTO ticks (sender, recipient, id, domain, tick, due) VALUES (?, ?, ?, ?, ?, ?)`,
  withdraw: 'DELETE FROM ticks WHERE sender = ? AND recipient = ? AND id = ? AND lease = 0',
  selectDue: `
    SELECT number, tick, tries FROM ticks
    WHERE domain = ? AND due <= ? AND lease <= ? ORDER BY due, number LIMIT ?`,
  lend: 'UPDATE ticks SET lease = ? WHERE number = ?',
  remove: 'DELETE FROM ticks WHERE number = ?',
  postpone: 'UPDATE ticks SET due = ?, lease = 0, tries = tries + 1 WHERE number = ?',
} as const;

interface Row {
  readonly number: number;
  readonly tick: string;
  readonly tries: number;
}

type Claim = Parameters<TickStore['claim']>[0];

/** Orders to deliver that have not been carried out. */
export class TickRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  add(tick: Tick, due: Millis): void {
    const { sender, recipient, id } = tick.key;
    const domain = domainOf(recipient);
    this.#statements.insert.run(sender, recipient, id, domain, writeTick(tick), due);
  }

  /**
   * The recipient's client has answered meanwhile. A lent order may be on its way. An order that
   * came back was not carried out.
   */
  withdraw({ sender, recipient, id }: MessageKey): void {
    this.#statements.withdraw.run(sender, recipient, id);
  }

  claim({ domain, now, leaseUntil, limit }: Claim): readonly TickOrder[] {
    const rows = this.#statements.selectDue.all(domain, now, now, limit) as Row[];
    for (const { number } of rows) this.#statements.lend.run(leaseUntil, number);
    return rows.map(({ number, tick, tries }) => ({ number, tries, tick: readTick(tick) }));
  }

  settle(numbers: readonly number[]): void {
    for (const number of numbers) this.#statements.remove.run(number);
  }

  postpone(numbers: readonly number[], until: Millis): void {
    for (const number of numbers) this.#statements.postpone.run(until, number);
  }
}
