/** A migration; never edited. */
export const WATCHES_TABLE = `
  CREATE TABLE watches (           -- senders who want to hear if nothing comes of a message in time
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    id TEXT NOT NULL,
    server TEXT NOT NULL,       -- the domain whose server's stamps these are
    position INTEGER NOT NULL,     -- stamp: the life of the key that began then or before
    goal TEXT NOT NULL,            -- the status that is to come
    span INTEGER NOT NULL,         -- how long silence is fine, as stamps count
    deadline INTEGER NOT NULL,     -- stamp
    state TEXT NOT NULL,           -- open, overdue, told, closed
    notice TEXT,                   -- id of the stanza with the notice
    status TEXT,                   -- how far it had come then
    proof TEXT,                    -- JSON: more about that
    reminder TEXT,                 -- ordered, taken
    reminded INTEGER,              -- ms: when it was ordered
    lease INTEGER NOT NULL,        -- ms: lent until then
    PRIMARY KEY (sender, recipient, id)
  ) WITHOUT ROWID;
  CREATE INDEX watches_of_sender ON watches (sender, state, position);
  CREATE INDEX watches_of_recipient ON watches (recipient, position);
  CREATE INDEX watches_due ON watches (server, deadline) WHERE state = 'open';
  CREATE INDEX watches_overdue ON watches (lease) WHERE state = 'overdue';
  CREATE INDEX watches_to_remind ON watches (reminded) WHERE reminder = 'ordered';
  CREATE INDEX watches_by_age ON watches (position);
  `;
