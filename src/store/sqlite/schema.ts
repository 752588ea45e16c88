import { BAD_NEWS_COLUMNS } from './bad-news-columns.ts';
import { COPYING_TABLE } from './copying-table.ts';
import { LIMITS_TABLE } from './limits-table.ts';
import { NUMBERED_MESSAGES } from './numbered-messages.ts';
import { WATCHES_TABLE } from './watches-table.ts';
import { WORDS_TABLES } from './words-tables.ts';

/**
 * Numbered migrations of the SQLite store; never edited, only added to.
 *
 * Every table begins with sender and recipient, so that what concerns a pair is found together and
 * a distributed database can place the rows by it. Messages and receipts are numbered all the same:
 * the records, by far the largest column, are then written one behind the other, and only short
 * index entries go to where the key belongs. That halves the cost of a fact.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE messages (
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL,      -- facts and what was told of them, as JSON: row.ts
    position INTEGER,          -- stamp of the first accepted of the newest life; NULL: not accepted yet
    wake INTEGER,              -- ms: look at it again
    born INTEGER NOT NULL,     -- ms: first seen
    PRIMARY KEY (sender, recipient, id)
  );
  CREATE INDEX messages_of_recipient ON messages (recipient, sender, position);
  CREATE INDEX messages_to_wake ON messages (wake) WHERE wake IS NOT NULL;
  CREATE INDEX messages_by_age ON messages (born);
  CREATE INDEX messages_unaccepted ON messages (born) WHERE position IS NULL;

  CREATE TABLE aliases (       -- XEP-0359 origin-ids that differ from the id
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    alias TEXT NOT NULL,
    id TEXT NOT NULL,
    born INTEGER NOT NULL,     -- ms: when it was last used
    PRIMARY KEY (sender, recipient, alias)
  ) WITHOUT ROWID;
  CREATE INDEX aliases_by_age ON aliases (born);

  CREATE TABLE read_up_to (    -- XEP-0333: the furthest displayed marker of a pair
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient)
  ) WITHOUT ROWID;
  CREATE INDEX read_up_to_by_age ON read_up_to (at);

  CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    sender TEXT NOT NULL,      -- who gets the receipt
    recipient TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    receipt TEXT NOT NULL,     -- JSON
    due INTEGER,               -- ms: not before; NULL: taken by the server
    lease INTEGER NOT NULL DEFAULT 0,
    parcel TEXT,               -- id of the stanza it travels in, once that is decided
    tries INTEGER NOT NULL DEFAULT 0,
    taken INTEGER              -- ms: when the server took it
  );
  CREATE INDEX outbox_due ON outbox (due) WHERE due IS NOT NULL;
  CREATE INDEX outbox_of_message ON outbox (sender, recipient, id);
  CREATE INDEX outbox_parcels ON outbox (parcel) WHERE parcel IS NOT NULL;
  CREATE INDEX outbox_taken ON outbox (taken) WHERE taken IS NOT NULL;

  CREATE TABLE forgotten (     -- accounts that were deleted, and when
    account TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE preferences (   -- what users chose
    account TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    preferences TEXT NOT NULL, -- JSON: receipt/preferences.ts
    number INTEGER NOT NULL,   -- of the last change to a policy; 0: never had one
    changed INTEGER NOT NULL   -- ms
  ) WITHOUT ROWID;
  CREATE INDEX preferences_by_number ON preferences (domain, number) WHERE number > 0;
  CREATE INDEX preferences_of_domain ON preferences (domain, account) WHERE number > 0;

  CREATE TABLE store (         -- one row
    epoch TEXT NOT NULL,       -- names this store: PolicyVersion
    number INTEGER NOT NULL    -- of the last change to a policy
  );
  INSERT INTO store (epoch, number) VALUES (lower(hex(randomblob(8))), 0);

  CREATE TABLE questions (
    recipient TEXT NOT NULL,
    number INTEGER NOT NULL,
    sender TEXT NOT NULL,
    opened INTEGER NOT NULL,   -- ms
    due INTEGER,               -- ms: to be put then; NULL: it was
    lease INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (recipient, number)
  ) WITHOUT ROWID;
  CREATE INDEX questions_due ON questions (due) WHERE due IS NOT NULL;
  CREATE INDEX questions_of_sender ON questions (sender);

  CREATE TABLE asked_messages (
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,   -- of the question
    position INTEGER NOT NULL, -- stamp: when the message came
    shown INTEGER NOT NULL DEFAULT 0,
    born INTEGER NOT NULL,     -- ms: when it joined the question
    PRIMARY KEY (recipient, sender, id)
  ) WITHOUT ROWID;
  CREATE INDEX asked_messages_by_age ON asked_messages (born);
  CREATE INDEX asked_messages_of_question ON asked_messages (recipient, number, position);
  CREATE INDEX asked_messages_of_sender ON asked_messages (sender);

  CREATE TABLE question_numbers ( -- the last number of each recipient
    recipient TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL        -- ms: when a question of that number was last heard of
  ) WITHOUT ROWID;

  CREATE TABLE ticks (         -- orders to deliver
    number INTEGER PRIMARY KEY,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    id TEXT NOT NULL,
    domain TEXT NOT NULL,      -- of the recipient: whose server is ordered
    tick TEXT NOT NULL,        -- JSON
    due INTEGER NOT NULL,      -- ms: not before
    lease INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX ticks_due ON ticks (domain, due);
  CREATE INDEX ticks_of_message ON ticks (sender, recipient, id);
  CREATE INDEX ticks_of_recipient ON ticks (recipient);
  `,
  `
  -- A deleted account is found without walking through everybody's rows.
  DROP INDEX outbox_of_message;
  CREATE INDEX outbox_of_message ON outbox (recipient, sender, id);
  CREATE INDEX aliases_of_recipient ON aliases (recipient);
  CREATE INDEX read_up_to_of_recipient ON read_up_to (recipient);

  -- What is old is found without walking through what is new.
  CREATE INDEX forgotten_by_age ON forgotten (at);
  CREATE INDEX question_numbers_by_age ON question_numbers (at);
  CREATE INDEX ticks_by_age ON ticks (due);

  -- Receipts lie by their sender: whoever must wait is passed over in one step.
  ALTER TABLE outbox ADD COLUMN more INTEGER NOT NULL DEFAULT 0; -- newer receipts that are counted with this one, not kept
  DROP INDEX outbox_due;
  CREATE INDEX outbox_of_sender ON outbox (sender, due);
  CREATE TABLE senders_due (   -- who waits for receipts; of the others some rows may be left
    sender TEXT PRIMARY KEY,
    due INTEGER NOT NULL       -- ms: no later than the earliest of the sender's receipts
  ) WITHOUT ROWID;
  CREATE INDEX senders_due_first ON senders_due (due);
  INSERT INTO senders_due (sender, due)
    SELECT sender, min(due) FROM outbox WHERE due IS NOT NULL GROUP BY sender;

  -- The same for those who are asked. They have few questions, so triggers keep the table.
  DROP INDEX asked_messages_of_question;
  CREATE INDEX asked_messages_of_question ON asked_messages (recipient, number, shown, position);
  DROP INDEX questions_due;
  CREATE INDEX questions_due ON questions (recipient, due) WHERE due IS NOT NULL;
  CREATE TABLE recipients_due (
    recipient TEXT PRIMARY KEY,
    due INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX recipients_due_first ON recipients_due (due);
  INSERT INTO recipients_due (recipient, due)
    SELECT recipient, min(due) FROM questions WHERE due IS NOT NULL GROUP BY recipient;
  CREATE TRIGGER questions_opened AFTER INSERT ON questions BEGIN ${keepRecipientDue('new')} END;
  CREATE TRIGGER questions_moved AFTER UPDATE OF due ON questions BEGIN ${keepRecipientDue('new')} END;
  CREATE TRIGGER questions_closed AFTER DELETE ON questions BEGIN ${keepRecipientDue('old')} END;
  `,
  `
  CREATE TABLE contacts (      -- users who have us among their contacts
    account TEXT NOT NULL,
    address TEXT NOT NULL,     -- ours: the bot, or our domain
    born INTEGER NOT NULL,     -- ms: when we first heard of it
    PRIMARY KEY (account, address)
  ) WITHOUT ROWID;
  `,
  `
  -- Each opening of the store gives the versions of policies a name of its own. A copy of the store
  -- that goes its own way never uses a version that was used already.
  CREATE TABLE epochs (
    opening INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    began INTEGER NOT NULL     -- the number of the last change to a policy then
  );
  INSERT INTO epochs (epoch, began) SELECT epoch, 0 FROM store;
  ALTER TABLE store ADD COLUMN is_open INTEGER NOT NULL DEFAULT 0; -- 1: whoever opened it has not closed it
  `,
  `
  -- Exceptions for a domain that can be spelled in two ways stand there in both. The numbers rise,
  -- so that the servers' modules hear of it.
  CREATE TEMP TABLE respelled AS
    SELECT account, in_each_spelling(preferences) AS preferences,
      row_number() OVER (ORDER BY account) AS place
    FROM preferences WHERE in_each_spelling(preferences) <> preferences;
  UPDATE preferences SET (preferences, number) =
    (SELECT respelled.preferences, respelled.place + (SELECT number FROM store)
     FROM respelled WHERE respelled.account = preferences.account)
    WHERE account IN (SELECT account FROM respelled);
  UPDATE store SET number = number + (SELECT count(*) FROM respelled);
  DROP TABLE respelled;
  `,
  `
  CREATE TABLE clock (         -- one row at most: our own time
    id INTEGER PRIMARY KEY,
    seen INTEGER NOT NULL,     -- ms
    ahead INTEGER NOT NULL     -- ms: of the machine's clock
  );
  `,
  `
  CREATE TABLE gaps (
    domain TEXT PRIMARY KEY,
    up_to INTEGER NOT NULL     -- stamp: its server may have dropped facts that are older
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE asked_messages ADD COLUMN time INTEGER; -- what the server's clock said at the position; NULL: the same
  DROP INDEX asked_messages_of_question;
  CREATE INDEX asked_messages_of_question ON asked_messages (recipient, number, shown, position, time);
  ALTER TABLE read_up_to ADD COLUMN time INTEGER; -- the same of the marker
  `,
  LIMITS_TABLE,
  NUMBERED_MESSAGES,
  `
  ALTER TABLE store ADD COLUMN spelled TEXT; -- for which domains of ours: respelling.ts; NULL: as anybody wrote them
  `,
  COPYING_TABLE,
  WORDS_TABLES,
  WATCHES_TABLE,
  BAD_NEWS_COLUMNS,
];

function keepRecipientDue(row: 'new' | 'old'): string {
  return `
    DELETE FROM recipients_due WHERE recipient = ${row}.recipient;
    INSERT INTO recipients_due (recipient, due)
      SELECT recipient, min(due) FROM questions
      WHERE recipient = ${row}.recipient AND due IS NOT NULL GROUP BY recipient;`;
}
