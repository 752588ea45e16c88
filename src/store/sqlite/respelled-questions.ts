import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  selectMisspelledRecipients: `
    SELECT recipient, number FROM questions WHERE spelled(recipient) <> recipient ORDER BY number`,
  selectFree: `
    SELECT coalesce(max(number), 0) + 1 AS free FROM (
      SELECT number FROM questions WHERE recipient = $recipient
      UNION ALL SELECT number FROM question_numbers WHERE recipient = $recipient)`,
  selectTaken: 'SELECT 1 FROM questions WHERE recipient = ? AND number = ?',
  // Triggers keep the recipients who are due, and watch no change of a recipient.
  copyQuestion: `
    INSERT INTO questions (recipient, number, sender, opened, due, lease)
    SELECT spelled(recipient), $free, sender, opened, due, lease FROM questions
    WHERE recipient = $recipient AND number = $number`,
  removeQuestion: 'DELETE FROM questions WHERE recipient = $recipient AND number = $number',
  renumber:
    'UPDATE asked_messages SET number = $free WHERE recipient = $recipient AND number = $number',
  respellSenders: 'UPDATE questions SET sender = spelled(sender) WHERE spelled(sender) <> sender',
  selectMisspelledMessages: `
    SELECT recipient, sender, id, shown FROM asked_messages
    WHERE spelled(recipient) <> recipient OR spelled(sender) <> sender`,
  selectMessage: 'SELECT shown FROM asked_messages WHERE recipient = ? AND sender = ? AND id = ?',
  removeMessage: 'DELETE FROM asked_messages WHERE recipient = ? AND sender = ? AND id = ?',
  respellMessage: `
    UPDATE asked_messages SET recipient = spelled(recipient), sender = spelled(sender)
    WHERE recipient = ? AND sender = ? AND id = ?`,
  removeEmpty: `
    DELETE FROM questions WHERE NOT EXISTS (
      SELECT 1 FROM asked_messages m WHERE m.recipient = questions.recipient AND m.number = questions.number)`,
  respellNumbers: `
    INSERT INTO question_numbers (recipient, number, at)
    SELECT spelled(recipient), number, at FROM question_numbers WHERE spelled(recipient) <> recipient
    ON CONFLICT DO UPDATE SET number = max(number, excluded.number), at = max(at, excluded.at)`,
  removeNumbers: 'DELETE FROM question_numbers WHERE spelled(recipient) <> recipient',
} as const;

type Statements = Readonly<Record<keyof typeof STATEMENTS, Statement>>;

interface QuestionName {
  readonly recipient: BareJid;
  readonly number: number;
}

interface AskedMessage extends MessageKey {
  readonly shown: number;
}

/** Who is asked, and about whom, in their one spelling. A question keeps its number if it can. */
export function respellQuestions(database: Database, spell: Spelling): void {
  const statements = prepareAll(database, STATEMENTS);
  statements.respellNumbers.run();
  statements.removeNumbers.run();
  const ofOthers = statements.selectMisspelledRecipients.all() as QuestionName[];
  for (const name of ofOthers) moveQuestion(statements, name, spell);
  statements.respellSenders.run();
  const misspelled = statements.selectMisspelledMessages.all() as AskedMessage[];
  for (const message of misspelled) moveMessage(statements, message, spell);
  if (misspelled.length > 0) statements.removeEmpty.run();
}

function moveQuestion(statements: Statements, name: QuestionName, spell: Spelling): void {
  const recipient = spell(name.recipient);
  const isTaken = statements.selectTaken.get(recipient, name.number) !== undefined;
  const { free } = (isTaken ? statements.selectFree.get({ recipient }) : { free: name.number }) as {
    free: number;
  };
  statements.copyQuestion.run({ ...name, free });
  statements.removeQuestion.run(name);
  statements.renumber.run({ ...name, free });
}

/** Of one message that is asked about twice the question that was shown can be answered. */
function moveMessage(statements: Statements, message: AskedMessage, spell: Spelling): void {
  const { recipient, sender, id, shown } = message;
  const spelled = [spell(recipient), spell(sender), id] as const;
  const other = statements.selectMessage.get(...spelled) as { shown: number } | undefined;
  const isNeedless = other !== undefined && other.shown >= shown;
  if (isNeedless) statements.removeMessage.run(recipient, sender, id);
  else {
    statements.removeMessage.run(...spelled);
    statements.respellMessage.run(recipient, sender, id);
  }
}
