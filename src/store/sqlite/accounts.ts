import type { BareJid } from '../../message/jid.ts';
import type { Stamp } from '../../message/time.ts';
import type { Database } from './database.ts';

const REMEMBER = `
  INSERT INTO forgotten (account, at) VALUES ($account, $at)
  ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`;

/** Where the message stands or, if it is not known to be accepted, its first fact. */
const SEEN_AT = "coalesce(position, json_extract(record, '$.facts[0].at'))";

const FORGET = [
  `DELETE FROM messages WHERE sender = $account AND ${SEEN_AT} <= $at`,
  `DELETE FROM messages WHERE recipient = $account AND ${SEEN_AT} <= $at`,
  `DELETE FROM outbox WHERE $account IN (sender, recipient) AND json_extract(receipt, '$.messageAt') <= $at`,
  `DELETE FROM aliases WHERE $account IN (sender, recipient) AND NOT EXISTS (
     SELECT 1 FROM messages m WHERE m.sender = aliases.sender AND m.recipient = aliases.recipient AND m.id = aliases.id)`,
  'DELETE FROM read_up_to WHERE $account IN (sender, recipient) AND position <= $at',
  'DELETE FROM question_numbers WHERE recipient = $account AND at <= $at / 1000',
  `DELETE FROM ticks WHERE $account IN (sender, recipient) AND due <= $at / 1000`,
  'DELETE FROM asked_messages WHERE $account IN (sender, recipient) AND position <= $at',
  `DELETE FROM questions WHERE $account IN (sender, recipient) AND NOT EXISTS (
     SELECT 1 FROM asked_messages m WHERE m.recipient = questions.recipient AND m.number = questions.number)`,
];

/** Removes what is known of an account up to a stamp, and remembers the stamp so that late facts do not bring it back. */
export function forgetAccount(database: Database, account: BareJid, at: Stamp): void {
  for (const statement of [REMEMBER, ...FORGET]) {
    const values = /\$at\b/.test(statement) ? { account, at } : { account };
    database.prepare(statement).run(values);
  }
}
