/** A migration; never edited. */
export const WORDS_TABLES = `
  ALTER TABLE outbox ADD COLUMN audience TEXT; -- receipt/audience.ts; NULL: from before, for both

  CREATE TABLE mentions (      -- what senders were told of contacts lately, in words: receipt/mentions.ts
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sent INTEGER,              -- stamp
    stored INTEGER,            -- stamp
    at INTEGER NOT NULL,       -- the later of the two
    PRIMARY KEY (sender, recipient)
  ) WITHOUT ROWID;
  CREATE INDEX mentions_of_recipient ON mentions (recipient);
  CREATE INDEX mentions_by_age ON mentions (at);
  `;
