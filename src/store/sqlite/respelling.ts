import { nameOfSpelling, occupantSpelling, spellingFor } from '../../protocol/spelling/spelling.ts';
import type { Database } from './database.ts';
import { addSpelling } from './respelled-columns.ts';
import { respellMessages } from './respelled-messages.ts';
import { respellPreferences } from './respelled-preferences.ts';
import { respellQuestions } from './respelled-questions.ts';

/**
 * Brings every address in the store to its one spelling. Older daemons kept addresses as they met
 * them, and an operator may write a domain of ours in another spelling. Where two spellings fall
 * together their rows become one: nothing is lost, and nothing is told twice.
 */
export function respell(database: Database, ours: readonly string[]): void {
  const name = nameOfSpelling(ours);
  const spelled = database.prepare('SELECT spelled FROM store').pluck().get();
  if (spelled === name) return;
  const spell = occupantSpelling(spellingFor(ours));
  addSpelling(database, spell);
  database
    .transaction(() => {
      database.exec(REST);
      respellMessages(database, spell);
      respellQuestions(database, spell);
      respellPreferences(database, spell);
      database.prepare('UPDATE store SET spelled = ?').run(name);
    })
    .immediate();
}

/** Has every address the one spelling that some version of the settings gave it? */
export function isSpelled(database: Database): boolean {
  return typeof database.prepare('SELECT spelled FROM store').pluck().get() === 'string';
}

const IS_OF_ACCOUNT = 'spelled(account) <> account';
const IS_OF_PAIR = '(spelled(sender) <> sender OR spelled(recipient) <> recipient)';

/** The rows that need no more thought than which of two stays. */
const REST = `
  INSERT INTO aliases (sender, recipient, alias, id, born)
    SELECT spelled(sender), spelled(recipient), alias, id, born FROM aliases WHERE ${IS_OF_PAIR}
    ON CONFLICT DO UPDATE SET id = excluded.id, born = excluded.born WHERE excluded.born > born;
  DELETE FROM aliases WHERE ${IS_OF_PAIR};

  INSERT INTO read_up_to (sender, recipient, position, at, time)
    SELECT spelled(sender), spelled(recipient), position, at, time FROM read_up_to WHERE ${IS_OF_PAIR}
    ON CONFLICT DO UPDATE SET position = excluded.position, at = excluded.at, time = excluded.time
      WHERE excluded.position > position;
  DELETE FROM read_up_to WHERE ${IS_OF_PAIR};

  INSERT INTO mentions (sender, recipient, sent, stored, failed, lost, expired, at)
    SELECT spelled(sender), spelled(recipient), sent, stored, failed, lost, expired, at FROM mentions
      WHERE ${IS_OF_PAIR}
    ON CONFLICT DO UPDATE SET sent = excluded.sent, stored = excluded.stored, failed = excluded.failed,
      lost = excluded.lost, expired = excluded.expired, at = excluded.at
      WHERE excluded.at > at;
  DELETE FROM mentions WHERE ${IS_OF_PAIR};

  INSERT INTO forgotten (account, at) SELECT spelled(account), at FROM forgotten WHERE ${IS_OF_ACCOUNT}
    ON CONFLICT DO UPDATE SET at = max(at, excluded.at);
  DELETE FROM forgotten WHERE ${IS_OF_ACCOUNT};

  INSERT INTO contacts (account, address, born)
    SELECT spelled(account), address, born FROM contacts WHERE ${IS_OF_ACCOUNT} ON CONFLICT DO NOTHING;
  DELETE FROM contacts WHERE ${IS_OF_ACCOUNT};

  UPDATE outbox SET sender = spelled(sender), recipient = spelled(recipient) WHERE ${IS_OF_PAIR};
  INSERT INTO senders_due (sender, due)
    SELECT spelled(sender), due FROM senders_due WHERE spelled(sender) <> sender
    ON CONFLICT DO UPDATE SET due = min(due, excluded.due);
  DELETE FROM senders_due WHERE spelled(sender) <> sender;

  UPDATE OR REPLACE watches SET sender = spelled(sender), recipient = spelled(recipient),
    server = spelled(server) WHERE ${IS_OF_PAIR};

  UPDATE ticks SET sender = spelled(sender), recipient = spelled(recipient), tick = spelled_tick(tick),
    domain = substr(spelled(recipient), instr(spelled(recipient), '@') + 1) WHERE ${IS_OF_PAIR};`;
