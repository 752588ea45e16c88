/**
 * The tables as the first version made them; never edited.
 *
 * BIGINT times are stamps, in microseconds. DOUBLE PRECISION times are milliseconds, with parts.
 */
export const FIRST_SCHEMA = `
  CREATE TABLE messages (
    shard SMALLINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    record TEXT NOT NULL,      -- JSON: json-columns.ts
    position BIGINT,           -- stamp of the first accepted of the newest life; NULL: not accepted yet
    seen_at BIGINT NOT NULL,   -- the position or, while it is not known, the first fact
    kept BOOLEAN NOT NULL,     -- has the record a fact of that kind?
    wake DOUBLE PRECISION,               -- look at it again
    born DOUBLE PRECISION NOT NULL,      -- first seen
    PRIMARY KEY (shard, sender, recipient, id)
  );
  CREATE INDEX messages_of_recipient ON messages (recipient, sender, position);
  CREATE INDEX messages_of_sender ON messages (shard, sender, position);
  CREATE INDEX messages_to_wake ON messages (shard, wake, sender, recipient, id) WHERE wake IS NOT NULL;
  CREATE INDEX messages_by_age ON messages (shard, born);
  CREATE INDEX messages_unaccepted ON messages (born) WHERE position IS NULL;

  CREATE TABLE aliases (       -- XEP-0359 origin-ids that differ from the id
    shard SMALLINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    alias TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    born DOUBLE PRECISION NOT NULL,      -- when it was last used
    PRIMARY KEY (shard, sender, recipient, alias)
  );
  CREATE INDEX aliases_of_recipient ON aliases (recipient);
  CREATE INDEX aliases_by_age ON aliases (shard, born);

  CREATE TABLE read_up_to (    -- XEP-0333: the furthest displayed marker of a pair
    shard SMALLINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    time BIGINT,               -- what the server's clock said then; NULL: the same
    PRIMARY KEY (shard, sender, recipient)
  );
  CREATE INDEX read_up_to_of_recipient ON read_up_to (recipient);
  CREATE INDEX read_up_to_by_age ON read_up_to (shard, at);

  CREATE TABLE outbox (
    shard SMALLINT NOT NULL,
    number BIGINT NOT NULL,    -- numbers.ts
    sender TEXT COLLATE "C" NOT NULL, -- who gets the receipt
    recipient TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    status TEXT NOT NULL,
    message_at BIGINT NOT NULL, -- where the message stands
    receipt TEXT NOT NULL,     -- JSON
    more INTEGER NOT NULL DEFAULT 0, -- newer receipts that are counted with this one, not kept
    due DOUBLE PRECISION,                -- not before; NULL: taken by the server
    lease DOUBLE PRECISION NOT NULL DEFAULT 0,
    parcel TEXT COLLATE "C",   -- id of the stanza it travels in, once that is decided
    tries INTEGER NOT NULL DEFAULT 0,
    taken DOUBLE PRECISION,              -- when the server took it
    PRIMARY KEY (shard, number)
  );
  CREATE INDEX outbox_of_sender ON outbox (shard, sender, due);
  CREATE INDEX outbox_of_message ON outbox (recipient, sender, id);
  CREATE INDEX outbox_parcels ON outbox (parcel) WHERE parcel IS NOT NULL;
  CREATE INDEX outbox_taken ON outbox (shard, taken) WHERE taken IS NOT NULL;

  CREATE TABLE senders_due (   -- who waits for receipts; of the others some rows may be left
    shard SMALLINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    due DOUBLE PRECISION NOT NULL,       -- no later than the earliest of the sender's receipts
    PRIMARY KEY (shard, sender)
  );
  CREATE INDEX senders_due_first ON senders_due (shard, due);

  CREATE TABLE ticks (         -- orders to deliver
    shard SMALLINT NOT NULL,
    number BIGINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    domain TEXT COLLATE "C" NOT NULL, -- of the recipient: whose server is ordered
    tick TEXT NOT NULL,        -- JSON
    due DOUBLE PRECISION NOT NULL,
    lease DOUBLE PRECISION NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, number)
  );
  CREATE INDEX ticks_due ON ticks (shard, domain, due);
  CREATE INDEX ticks_of_message ON ticks (sender, recipient, id);
  CREATE INDEX ticks_of_recipient ON ticks (recipient);
  CREATE INDEX ticks_by_age ON ticks (shard, due);

  CREATE TABLE questions (
    shard SMALLINT NOT NULL,   -- of the recipient
    recipient TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    opened DOUBLE PRECISION NOT NULL,
    due DOUBLE PRECISION,                -- to be put then; NULL: it was
    lease DOUBLE PRECISION NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, recipient, number)
  );
  CREATE INDEX questions_due ON questions (shard, due) WHERE due IS NOT NULL;
  CREATE INDEX questions_of_sender ON questions (sender);

  CREATE TABLE asked_messages (
    shard SMALLINT NOT NULL,   -- of the recipient
    recipient TEXT COLLATE "C" NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,   -- of the question
    position BIGINT NOT NULL,  -- when the message came
    time BIGINT,               -- what the server's clock said then; NULL: the same
    shown BOOLEAN NOT NULL DEFAULT false,
    born DOUBLE PRECISION NOT NULL,      -- when it joined the question
    PRIMARY KEY (shard, recipient, sender, id)
  );
  CREATE INDEX asked_messages_of_question ON asked_messages (shard, recipient, number, shown, position);
  CREATE INDEX asked_messages_of_sender ON asked_messages (sender);
  CREATE INDEX asked_messages_by_age ON asked_messages (shard, born);

  CREATE TABLE question_numbers ( -- the last number of each recipient
    shard SMALLINT NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,
    at DOUBLE PRECISION NOT NULL, -- when a question of that number was last heard of
    PRIMARY KEY (shard, recipient)
  );
  CREATE INDEX question_numbers_by_age ON question_numbers (shard, at);

  CREATE TABLE preferences (   -- what users chose
    account TEXT COLLATE "C" PRIMARY KEY,
    domain TEXT COLLATE "C" NOT NULL,
    preferences TEXT NOT NULL, -- JSON
    number BIGINT NOT NULL,    -- of the last change to a policy; 0: never had one
    changed DOUBLE PRECISION NOT NULL
  );
  CREATE INDEX preferences_by_number ON preferences (domain, number) WHERE number > 0;
  CREATE INDEX preferences_of_domain ON preferences (domain, account) WHERE number > 0;

  CREATE TABLE policy_number ( -- one row: of the last change to a policy
    one BOOLEAN PRIMARY KEY,
    number BIGINT NOT NULL
  );
  INSERT INTO policy_number (one, number) VALUES (true, 0);

  CREATE TABLE epochs (        -- each opening gives the versions of policies a name of its own
    opening BIGINT PRIMARY KEY,
    epoch TEXT COLLATE "C" NOT NULL UNIQUE,
    began BIGINT NOT NULL      -- the number of the last change to a policy then
  );

  CREATE TABLE forgotten (     -- accounts that were deleted, and when
    account TEXT COLLATE "C" PRIMARY KEY,
    at BIGINT NOT NULL
  );
  CREATE INDEX forgotten_by_age ON forgotten (at);

  CREATE TABLE contacts (      -- users who have us among their contacts
    account TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    born DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (account, address)
  );

  CREATE TABLE leases (        -- which daemon uses this database
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until TIMESTAMPTZ NOT NULL
  );

  CREATE TABLE clock (         -- one row at most: our own time
    one BOOLEAN PRIMARY KEY,
    seen DOUBLE PRECISION NOT NULL,
    ahead DOUBLE PRECISION NOT NULL
  );

  CREATE TABLE gaps (
    domain TEXT COLLATE "C" PRIMARY KEY,
    up_to BIGINT NOT NULL      -- stamp: its server may have dropped facts that are older
  );

  CREATE TABLE limits (        -- the longest stanza that the server takes from us
    domain TEXT COLLATE "C" PRIMARY KEY,
    bytes BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    version TEXT NOT NULL
  );
  `;
