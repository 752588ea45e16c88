import { FIRST_SCHEMA } from './first-schema.ts';
import { WATCHES_TABLE } from './watches-table.ts';

/**
 * Numbered migrations of the PostgreSQL store; never edited, only added to.
 *
 * Keys begin with the shard, which is made of the sender, or of the recipient where the table is
 * about who is asked. There are no sequences, triggers, deferred constraints or notifications:
 * distributed databases that speak PostgreSQL's language lack them. Addresses are compared by their
 * bytes (COLLATE "C"), as SQLite does.
 */
export const MIGRATIONS: readonly string[] = [
  FIRST_SCHEMA,
  `
  CREATE TABLE fences (        -- how often somebody has taken the lease
    name TEXT PRIMARY KEY,
    number BIGINT NOT NULL
  );
  `,
  `
  CREATE TABLE copying (       -- one row while a copy into this store is not whole
    one BOOLEAN PRIMARY KEY,
    source TEXT NOT NULL,      -- the last epoch of the store that is copied
    tables INTEGER NOT NULL,   -- how many are whole
    place TEXT                 -- where the next page begins
  );
  `,
  `
  -- Several daemons, each with a component and user domains of its own: who works off a row.

  -- By whose clock the message is to be looked at again. Of rows from before nobody knows it: ''.
  ALTER TABLE messages ADD COLUMN server TEXT COLLATE "C" NOT NULL DEFAULT '';
  DROP INDEX messages_to_wake;
  CREATE INDEX messages_to_wake ON messages (shard, server, wake, sender, recipient, id)
    WHERE wake IS NOT NULL;

  -- Of the sender.
  ALTER TABLE senders_due ADD COLUMN domain TEXT COLLATE "C" NOT NULL DEFAULT '';
  UPDATE senders_due SET domain = ${domainIn('sender')};
  ALTER TABLE senders_due ALTER COLUMN domain DROP DEFAULT;
  DROP INDEX senders_due_first;
  CREATE INDEX senders_due_first ON senders_due (shard, domain, due);

  -- Of the recipient, who is asked.
  ALTER TABLE questions ADD COLUMN domain TEXT COLLATE "C" NOT NULL DEFAULT '';
  UPDATE questions SET domain = ${domainIn('recipient')};
  ALTER TABLE questions ALTER COLUMN domain DROP DEFAULT;
  DROP INDEX questions_due;
  CREATE INDEX questions_due ON questions (shard, domain, due);

  -- That of the address.
  ALTER TABLE contacts ADD COLUMN component TEXT COLLATE "C" NOT NULL DEFAULT '';
  UPDATE contacts SET component = ${domainIn('address')};
  ALTER TABLE contacts ALTER COLUMN component DROP DEFAULT;
  CREATE INDEX contacts_of_component ON contacts (component, account, address);

  -- A daemon's own time, and the names that its openings give to policies. '': from before.
  ALTER TABLE clock ADD COLUMN component TEXT COLLATE "C" NOT NULL DEFAULT '';
  ALTER TABLE clock DROP COLUMN one;
  ALTER TABLE clock ADD PRIMARY KEY (component);
  ALTER TABLE epochs ADD COLUMN component TEXT COLLATE "C" NOT NULL DEFAULT '';
  CREATE INDEX epochs_of_component ON epochs (component, opening);
  `,
  `
  CREATE TABLE identity (      -- one row
    one BOOLEAN PRIMARY KEY,
    tables BIGINT NOT NULL     -- what the database calls the messages: another name after pg_restore
  );
  INSERT INTO identity (one, tables) SELECT true, 'messages'::regclass::oid::bigint;
  `,
  `
  CREATE TABLE members (       -- the daemons of this store, one for each component
    component TEXT COLLATE "C" PRIMARY KEY,
    domains TEXT NOT NULL,     -- JSON: its user domains
    settings TEXT NOT NULL,    -- JSON: those that all must have alike
    holder TEXT NOT NULL,      -- which process served it last
    since TIMESTAMPTZ NOT NULL,          -- that process began
    seen TIMESTAMPTZ NOT NULL            -- its last sign of life
  );

  CREATE TABLE standbys (      -- processes that wait for a component
    holder TEXT PRIMARY KEY,
    component TEXT COLLATE "C" NOT NULL,
    seen TIMESTAMPTZ NOT NULL
  );
  `,
  `
  -- JSON: how far the servers of a member have told, for those who ask another one.
  ALTER TABLE members ADD COLUMN heard TEXT NOT NULL DEFAULT '[]';
  `,
  `
  ALTER TABLE outbox ADD COLUMN audience TEXT; -- receipt/audience.ts; NULL: from before, for both

  CREATE TABLE mentions (      -- what senders were told of contacts lately, in words: receipt/mentions.ts
    shard SMALLINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    sent BIGINT,               -- stamp
    stored BIGINT,             -- stamp
    at BIGINT NOT NULL,        -- the later of the two
    PRIMARY KEY (shard, sender, recipient)
  );
  CREATE INDEX mentions_of_recipient ON mentions (recipient);
  CREATE INDEX mentions_by_age ON mentions (shard, at);
  `,
  WATCHES_TABLE,
  `
  -- Stamps by the daemon's clock: when the last words of that kind about the contact leave.
  ALTER TABLE mentions ADD COLUMN failed BIGINT;
  ALTER TABLE mentions ADD COLUMN lost BIGINT;
  ALTER TABLE mentions ADD COLUMN expired BIGINT;
  `,
];

/** The domain of the address in a column. RFC 7622 §3.1: a slash ends the bare address. */
function domainIn(column: string): string {
  const bare = `split_part(${column}, '/', 1)`;
  return `substring(${bare} FROM position('@' IN ${bare}) + 1)`;
}
