import type { Stamp } from '../../message/fact.ts';
import type { BareJid } from '../../message/jid.ts';
import type { Database } from './database.ts';

const REMEMBER = `
  INSERT INTO forgotten (account, at) VALUES ($account, $at)
  ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`;

const FORGET = [
  'DELETE FROM messages WHERE sender = $account AND (position IS NULL OR position <= $at)',
  'DELETE FROM messages WHERE recipient = $account AND (position IS NULL OR position <= $at)',
  'DELETE FROM outbox WHERE $account IN (sender, recipient)',
  'DELETE FROM aliases WHERE $account IN (sender, recipient)',
  'DELETE FROM read_up_to WHERE $account IN (sender, recipient) AND position <= $at',
];

/** Removes what is known of an account up to a stamp, and remembers the stamp so that late facts do not bring it back. */
export function forgetAccount(database: Database, account: BareJid, at: Stamp): void {
  for (const statement of [REMEMBER, ...FORGET]) {
    const values = statement.includes('$at') ? { account, at } : { account };
    database.prepare(statement).run(values);
  }
}
