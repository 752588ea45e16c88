import { MAX_PER_PARCEL } from '../receipt-store.ts';

/** Receipts of a sender that have no stanza yet, as a condition. */
const UNSENT = 'sender = ? AND due IS NOT NULL AND parcel IS NULL';

/** Where the message stands. A damaged receipt goes first, as it cannot be told. */
const MESSAGE_AT =
  "coalesce(json_extract(CASE WHEN json_valid(receipt) THEN receipt END, '$.messageAt'), 0)";

const COLUMNS =
  'number, sender, recipient, id, status, audience, parcel, receipt, more, tries, due';

/** Whatever the audience of the receipts that they are counted with: words, or not words. */
const SAME_AUDIENCE = "(audience IS 'people') = (? IS 'people')";

export const RECEIPT_STATEMENTS = {
  insert: `
    INSERT INTO outbox (sender, recipient, id, status, audience, receipt, due, message)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  selectMessage: 'SELECT number FROM messages WHERE sender = ? AND recipient = ? AND id = ?',
  // A receipt that others are counted with is as good as sent.
  selectUnsent: `
    SELECT number, status, audience, ${MESSAGE_AT} AS at FROM outbox
    WHERE message = ? AND due IS NOT NULL AND parcel IS NULL AND more = 0`,
  withdraw: 'DELETE FROM outbox WHERE number = ? RETURNING sender',
  count: `
    UPDATE outbox SET more = more + ?
    WHERE number = (
      SELECT number FROM outbox WHERE ${UNSENT} AND ${SAME_AUDIENCE}
      ORDER BY due DESC, number DESC LIMIT 1)`,
  selectOneUnsent: `SELECT 1 FROM outbox WHERE ${UNSENT} AND ${SAME_AUDIENCE} LIMIT 1`,
  // Parcels sent before go first. Receipts that wait for others to travel with go as soon as one of
  // them does.
  selectWaiting: `
    SELECT ${COLUMNS} FROM outbox
    WHERE sender = $sender AND due IS NOT NULL
      AND (parcel IS NULL OR (due <= $now AND lease <= $now))
    ORDER BY parcel IS NULL, due, number LIMIT $room + ${MAX_PER_PARCEL}`,
  selectParcel: `
    SELECT ${COLUMNS} FROM outbox
    WHERE parcel = ? ORDER BY number`,
  lend: 'UPDATE outbox SET parcel = ?, lease = ? WHERE number = ?',
  // An error may come back before the answer to the ping: what was postponed is not taken (lease
  // 0).
  settle: 'UPDATE outbox SET due = NULL, taken = ? WHERE parcel = ? AND lease > 0 RETURNING sender',
  postpone:
    'UPDATE outbox SET due = ?, taken = NULL, lease = 0, tries = tries + 1 WHERE parcel = ?',
  takeApart: `
    UPDATE outbox SET parcel = NULL, lease = 0 WHERE parcel = ? AND due IS NOT NULL
    RETURNING sender, due`,
  remove: 'DELETE FROM outbox WHERE parcel = ?',
  forgetSender: removeOf('sender'),
  forgetRecipient: removeOf('recipient'),
  forgetSenderLeft: removeLeftOf('sender'),
  forgetRecipientLeft: removeLeftOf('recipient'),
} as const;

/** Receipts of messages that stay: an id that came again names newer ones too. */
function removeOf(column: 'sender' | 'recipient'): string {
  return removeNumbered(`
    SELECT o.number FROM messages m CROSS JOIN outbox o ON o.message = m.number
    WHERE m.${column} = $account AND ${MESSAGE_AT} <= $at LIMIT $room`);
}

/** Receipts whose messages are kept no longer. */
function removeLeftOf(column: 'sender' | 'recipient'): string {
  return removeNumbered(`
    SELECT number FROM outbox
    WHERE message IS NULL AND ${column} = $account AND ${MESSAGE_AT} <= $at LIMIT $room`);
}

function removeNumbered(numbers: string): string {
  return `DELETE FROM outbox WHERE number IN (${numbers}) RETURNING sender, audience, more`;
}
