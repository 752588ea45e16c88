import type { Stamp } from '../../message/time.ts';
import { MENTIONED, type Mentions } from '../../receipt/mentions.ts';
import { lastMentionedAt, type Mentioned, mentionsIn, type Pair } from '../message-port.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const NAMES = MENTIONED.join(', ');

const STATEMENTS = {
  selectAny: 'SELECT 1 FROM mentions LIMIT 1',
  select: `SELECT ${NAMES} FROM mentions WHERE sender = ? AND recipient = ?`,
  upsert: `
    INSERT INTO mentions (sender, recipient, at, ${NAMES})
    VALUES (?, ?, ?, ${MENTIONED.map(() => '?').join(', ')})
    ON CONFLICT DO UPDATE SET at = excluded.at,
      ${MENTIONED.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  remove: 'DELETE FROM mentions WHERE sender = ? AND recipient = ?',
} as const;

type Row = Readonly<Record<keyof Mentions, Stamp | null>>;

/** What senders were told of their contacts lately, in words. */
export class MentionRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** Of these pairs. Mostly nothing is mentioned of anybody, and then nobody need be looked up. */
  of(pairs: readonly Pair[]): readonly Mentioned[] {
    if (this.#statements.selectAny.get() === undefined) return [];
    return pairs.flatMap(({ sender, recipient }) => {
      const row = this.#statements.select.get(sender, recipient) as Row | undefined;
      return row === undefined ? [] : [{ sender, recipient, mentions: mentionsIn(row) }];
    });
  }

  put({ sender, recipient, mentions }: Mentioned): void {
    const { upsert, remove } = this.#statements;
    const at = lastMentionedAt(mentions);
    const values = MENTIONED.map((name) => mentions[name] ?? null);
    if (at === undefined) remove.run(sender, recipient);
    else upsert.run(sender, recipient, at, ...values);
  }
}
