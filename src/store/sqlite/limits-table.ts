/** A migration; never edited. */
export const LIMITS_TABLE = `
  CREATE TABLE limits (        -- the longest stanza that the server takes from us
    domain TEXT PRIMARY KEY,   -- our component
    bytes INTEGER NOT NULL,
    at INTEGER NOT NULL,       -- ms: when it ended the stream
    version TEXT NOT NULL      -- of the daemon that learned it
  ) WITHOUT ROWID;
  `;
