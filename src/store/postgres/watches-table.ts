/** A migration; never edited. */
export const WATCHES_TABLE = `
  CREATE TABLE watches (           -- senders who want to hear if nothing comes of a message in time
    shard SMALLINT NOT NULL,       -- of the sender
    domain TEXT COLLATE "C" NOT NULL, -- of the sender
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    server TEXT COLLATE "C" NOT NULL,       -- the domain whose server's stamps these are
    position BIGINT NOT NULL,     -- stamp: the life of the key that began then or before
    goal TEXT NOT NULL,            -- the status that is to come
    span BIGINT NOT NULL,         -- how long silence is fine, as stamps count
    deadline BIGINT NOT NULL,     -- stamp
    state TEXT NOT NULL,           -- open, overdue, told, closed
    notice TEXT,                   -- id of the stanza with the notice
    status TEXT,                   -- how far it had come then
    proof TEXT,                    -- JSON: more about that
    reminder TEXT,                 -- ordered, taken
    reminded DOUBLE PRECISION,              -- ms: when it was ordered
    lease DOUBLE PRECISION NOT NULL,        -- ms: lent until then
    PRIMARY KEY (shard, sender, recipient, id)
  );
  CREATE INDEX watches_of_sender ON watches (shard, sender, state, position);
  CREATE INDEX watches_of_recipient ON watches (recipient, position);
  CREATE INDEX watches_due ON watches (shard, server, deadline) WHERE state = 'open';
  CREATE INDEX watches_overdue ON watches (shard, domain, lease) WHERE state = 'overdue';
  CREATE INDEX watches_to_remind ON watches (shard, server, reminded) WHERE reminder = 'ordered';
  CREATE INDEX watches_by_age ON watches (shard, position);
  `;
