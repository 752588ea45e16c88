/**
 * Numbered migrations of the SQLite store; never edited, only added to.
 *
 * Every table begins with sender and recipient, so that what concerns a pair is found together and a distributed database
 * can place the rows by it. Messages have a rowid all the same: the records, by far the largest column, are then written one
 * behind the other, and only short index entries go to where the key belongs. That halves the cost of a fact.
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
];
