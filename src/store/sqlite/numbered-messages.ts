/**
 * A migration. Messages get a number that VACUUM does not change, and receipts name their message by
 * it. Such an index grows at its end. An index of addresses and ids grows everywhere: each receipt
 * wrote one more page.
 */
export const NUMBERED_MESSAGES = `
  CREATE TABLE numbered (
    number INTEGER PRIMARY KEY,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL,
    position INTEGER,
    wake INTEGER,
    born INTEGER NOT NULL,
    UNIQUE (sender, recipient, id)
  );
  INSERT INTO numbered SELECT rowid, sender, recipient, id, record, position, wake, born FROM messages;
  DROP TABLE messages;
  ALTER TABLE numbered RENAME TO messages;
  CREATE INDEX messages_of_recipient ON messages (recipient, sender, position);
  CREATE INDEX messages_to_wake ON messages (wake) WHERE wake IS NOT NULL;
  CREATE INDEX messages_by_age ON messages (born);
  CREATE INDEX messages_unaccepted ON messages (born) WHERE position IS NULL;

  ALTER TABLE outbox ADD COLUMN message INTEGER; -- NULL: the message is kept no longer
  UPDATE outbox SET message = (
    SELECT number FROM messages m
    WHERE m.sender = outbox.sender AND m.recipient = outbox.recipient AND m.id = outbox.id);
  DROP INDEX outbox_of_message;
  CREATE INDEX outbox_of_message ON outbox (message) WHERE message IS NOT NULL;
  CREATE INDEX outbox_left_of_sender ON outbox (sender) WHERE message IS NULL;
  CREATE INDEX outbox_left_of_recipient ON outbox (recipient) WHERE message IS NULL;
  CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
    UPDATE outbox SET message = NULL WHERE message = old.number;
  END;

  -- What was taken waits no longer: whoever looks for what waits need not pass it.
  DROP INDEX outbox_of_sender;
  CREATE INDEX outbox_of_sender ON outbox (sender, due) WHERE due IS NOT NULL;
  `;
