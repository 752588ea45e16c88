const QUESTION = `
  SELECT q.number, q.sender, count(*) AS messages, sum(m.shown) AS shown,
    min(coalesce(m.time, m.position)) AS "from", max(coalesce(m.time, m.position)) AS "to"
  FROM questions q JOIN asked_messages m INDEXED BY asked_messages_of_question ON m.recipient = q.recipient AND m.number = q.number`;

/** More than so many messages of a question `q` that are shown, or that are not. */
const MANY_OF_QUESTION = `
  SELECT 1 FROM asked_messages m INDEXED BY asked_messages_of_question
  WHERE m.recipient = q.recipient AND m.number = q.number AND m.shown = $shown LIMIT 1 OFFSET $many`;

/** What is asked of the tables of questions, by name. */
export const QUESTION_STATEMENTS = {
  selectOpen: `
    SELECT recipient, number, sender FROM questions WHERE recipient = ? ORDER BY opened, number`,
  selectOfAll: `
    SELECT recipient, number, sender, opened, max(due, lease) AS next FROM questions
    ORDER BY recipient, number LIMIT $limit`,
  selectAbout: `
    SELECT recipient, number, sender, opened, max(due, lease) AS next FROM questions
    WHERE recipient = $about OR sender = $about ORDER BY recipient, number LIMIT $limit`,
  selectLast: 'SELECT recipient, number, at FROM question_numbers WHERE recipient = ?',
  upsertLast: `
    INSERT INTO question_numbers (recipient, number, at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET number = excluded.number, at = excluded.at`,
  insertQuestion:
    'INSERT INTO questions (recipient, number, sender, opened, due) VALUES (?, ?, ?, ?, ?)',
  insertMessage: `
    INSERT INTO asked_messages (recipient, sender, id, number, position, time, born)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  selectAsked:
    'SELECT number, shown FROM asked_messages WHERE recipient = ? AND sender = ? AND id = ?',
  selectCount: `
    SELECT recipient, number, count(*) AS messages, sum(shown) AS shown FROM asked_messages
    INDEXED BY asked_messages_of_question WHERE recipient = ? AND number = ?`,
  selectOld: 'SELECT sender, recipient, id FROM asked_messages WHERE born < ? LIMIT ?',
  removeMessage: 'DELETE FROM asked_messages WHERE recipient = ? AND sender = ? AND id = ?',
  removeQuestion: 'DELETE FROM questions WHERE recipient = ? AND number = ?',
  selectRecipients: `
    SELECT recipient FROM recipients_due r
    WHERE due <= $now AND recipient NOT IN (SELECT value FROM json_each($except)) AND EXISTS (
      SELECT 1 FROM questions q WHERE q.recipient = r.recipient AND q.due <= $now AND q.lease <= $now)
    ORDER BY due LIMIT $limit`,
  selectDue: `
    ${QUESTION} WHERE q.recipient = ? AND q.due <= ? AND q.lease <= ? GROUP BY q.number ORDER BY q.number`,
  selectWaiting: `${QUESTION} WHERE q.recipient = ? GROUP BY q.number ORDER BY q.number`,
  countWaiting: 'SELECT count(*) AS count FROM questions WHERE recipient = ?',
  lend: 'UPDATE questions SET lease = ? WHERE recipient = ? AND number = ?',
  // What is not lent any more was answered meanwhile: it may have another time, or be another
  // question.
  settle:
    'UPDATE questions SET due = NULL, lease = 0 WHERE recipient = ? AND number = ? AND lease > 0',
  withdraw: 'UPDATE questions SET due = NULL, lease = 0 WHERE recipient = ? AND number = ?',
  hideMessages:
    'UPDATE asked_messages INDEXED BY asked_messages_of_question SET shown = 0 WHERE recipient = ? AND number = ? AND shown = 1',
  showMessages:
    'UPDATE asked_messages INDEXED BY asked_messages_of_question SET shown = 1 WHERE recipient = ? AND number = ? AND shown = 0',
  askAgain: 'UPDATE questions SET due = ?, lease = 0 WHERE recipient = ? AND number = ?',
  // Whoever has so many messages to show or to hide that one statement would take long.
  selectLong: `
    SELECT number FROM questions q WHERE recipient = $recipient AND due <= $dueUntil AND lease <= $now
    AND EXISTS (${MANY_OF_QUESTION})`,
  selectLongOfAll: `SELECT number FROM questions q WHERE recipient = $recipient AND EXISTS (${MANY_OF_QUESTION})`,
  selectIsLong: `SELECT number FROM questions q WHERE recipient = $recipient AND number = $number AND EXISTS (${MANY_OF_QUESTION})`,
  markSome: `
    UPDATE asked_messages SET shown = 1 - $shown WHERE (recipient, sender, id) IN (
      SELECT recipient, sender, id FROM asked_messages INDEXED BY asked_messages_of_question
      WHERE recipient = $recipient AND number = $number AND shown = $shown LIMIT $many)`,
  selectShown: `
    SELECT sender, recipient, id, position FROM asked_messages INDEXED BY asked_messages_of_question
    WHERE recipient = ? AND number = ? AND shown = 1 AND (position, sender, id) > (?, ?, ?)
    ORDER BY position, sender, id LIMIT ?`,
  selectMessages: `
    SELECT sender, recipient, id, position FROM asked_messages
    WHERE recipient = ? AND (sender, id) > (?, ?) ORDER BY sender, id LIMIT ?`,
} as const;
