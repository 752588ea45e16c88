/**
 * What the store did not see since it was backed up is not told as if it had not happened: nobody
 * is asked again, nothing waits to be sent again, and no silence is judged. The daemon's own time
 * stays: the store is dated by it, and nothing is removed at once because it is old. Watches stay
 * open: their senders were told that silence means that it happened, so a notice too many is better
 * than none. But nobody is reminded twice.
 */
export const AFTER_RESTORE: readonly string[] = [
  'UPDATE messages SET wake = NULL WHERE wake IS NOT NULL',
  'DELETE FROM outbox WHERE due IS NOT NULL',
  'DELETE FROM senders_due',
  'DELETE FROM asked_messages',
  'DELETE FROM questions',
  "UPDATE watches SET reminder = 'taken' WHERE reminder = 'ordered'",
];
