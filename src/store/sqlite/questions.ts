import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type {
  AskedRow,
  LastNumber,
  LoadedQuestions,
  QuestionChanges,
  QuestionCount,
  QuestionHead,
  QuestionName,
  WantedQuestions,
} from '../question-port.ts';
import type { AskedMessage, Asking, Question, QuestionClaim } from '../question-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const QUESTION = `
  SELECT q.number, q.sender, count(*) AS messages, sum(m.shown) AS shown,
    min(m.position) AS "from", max(m.position) AS "to"
  FROM questions q JOIN asked_messages m INDEXED BY asked_messages_of_question ON m.recipient = q.recipient AND m.number = q.number`;

/** More than so many messages of a question `q` that are shown, or that are not. */
const MANY_OF_QUESTION = `
  SELECT 1 FROM asked_messages m INDEXED BY asked_messages_of_question
  WHERE m.recipient = q.recipient AND m.number = q.number AND m.shown = $shown LIMIT 1 OFFSET $many`;

const STATEMENTS = {
  selectOpen: `
    SELECT recipient, number, sender FROM questions WHERE recipient = ? ORDER BY opened, number`,
  selectLast: 'SELECT recipient, number, at FROM question_numbers WHERE recipient = ?',
  upsertLast: `
    INSERT INTO question_numbers (recipient, number, at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET number = excluded.number, at = excluded.at`,
  insertQuestion:
    'INSERT INTO questions (recipient, number, sender, opened, due) VALUES (?, ?, ?, ?, ?)',
  insertMessage: `
    INSERT INTO asked_messages (recipient, sender, id, number, position, born) VALUES (?, ?, ?, ?, ?, ?)`,
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

/** So many messages of a question change from this to the other. */
interface Marking {
  readonly recipient: BareJid;
  readonly shown: number;
  readonly many: number;
}

interface AskedMessageRow extends MessageKey {
  readonly position: Stamp;
}

/** Questions that wait for an answer, and the messages they are about. */
export class QuestionRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  load({ closing, recipients }: WantedQuestions): LoadedQuestions {
    const asked = closing.flatMap((key) => this.#asked(key));
    const everybody = new Set([...recipients, ...asked.map(({ key }) => key.recipient)]);
    const names = new Map(asked.map((row) => [`${row.key.recipient} ${row.number}`, row]));
    return {
      asked,
      counts: [...names.values()].map(({ key, number }) => this.#count(key.recipient, number)),
      questions: recipients.flatMap((recipient) => this.#open(recipient)),
      numbers: [...everybody].flatMap((recipient) => this.#lastNumber(recipient)),
    };
  }

  save({ unasked, closed, opened, asked, again, numbers }: QuestionChanges): void {
    const { removeMessage, removeQuestion, insertQuestion, insertMessage } = this.#statements;
    const { askAgain, upsertLast } = this.#statements;
    for (const { recipient, sender, id } of unasked) removeMessage.run(recipient, sender, id);
    for (const { recipient, number } of closed) removeQuestion.run(recipient, number);
    for (const { recipient, number, sender, opened: at, due } of opened)
      insertQuestion.run(recipient, number, sender, at, due);
    for (const { key, number, position, born } of asked)
      insertMessage.run(key.recipient, key.sender, key.id, number, position, born);
    for (const { recipient, number, due } of again) askAgain.run(due, recipient, number);
    for (const { recipient, number, at } of numbers) upsertLast.run(recipient, number, at);
  }

  /** Messages that joined a question before that time. */
  askedBefore(before: Millis, limit: number): readonly MessageKey[] {
    return this.#statements.selectOld.all(before, limit) as MessageKey[];
  }

  claim(claim: QuestionClaim): readonly Asking[] {
    const { now, maxRecipients, except } = claim;
    const values = { now, except: JSON.stringify(except), limit: maxRecipients };
    const found = this.#statements.selectRecipients.all(values);
    return (found as { recipient: BareJid }[]).map(({ recipient }) => this.#lend(recipient, claim));
  }

  settle(recipient: BareJid, numbers: readonly number[]): void {
    for (const number of numbers) this.#statements.settle.run(recipient, number);
  }

  show(recipient: BareJid): readonly Question[] {
    // What was put off, and is all known, stays put off.
    const news = this.waiting(recipient).filter(({ shown, messages }) => shown < messages);
    for (const { number } of news) {
      this.#statements.showMessages.run(recipient, number);
      this.#statements.withdraw.run(recipient, number);
    }
    return this.waiting(recipient);
  }

  remind(recipient: BareJid, numbers: readonly number[], at: Millis): void {
    for (const number of numbers) this.#statements.askAgain.run(at, recipient, number);
  }

  unask(recipient: BareJid, numbers: readonly number[], at: Millis): number {
    let found = 0;
    for (const number of numbers) {
      this.#statements.hideMessages.run(recipient, number);
      found += this.#statements.askAgain.run(at, recipient, number).changes;
    }
    return found;
  }

  waiting(recipient: BareJid): readonly Question[] {
    return this.#statements.selectWaiting.all(recipient) as Question[];
  }

  shownPage({ recipient, number }: QuestionName, after: AskedMessage, limit: number) {
    const { sender, id } = after.key;
    const rows = this.#statements.selectShown.all(
      ...[recipient, number, after.position, sender, id, limit],
    );
    return (rows as AskedMessageRow[]).map(askedMessage);
  }

  messagesPage(recipient: BareJid, { key: { sender, id } }: AskedMessage, limit: number) {
    const rows = this.#statements.selectMessages.all(recipient, sender, id, limit);
    return (rows as AskedMessageRow[]).map(askedMessage);
  }

  showSomeDue({ now, dueUntil, maxRecipients, except }: QuestionClaim, many: number): boolean {
    const values = { now, except: JSON.stringify(except), limit: maxRecipients };
    const recipients = this.#statements.selectRecipients.all(values) as { recipient: BareJid }[];
    return recipients.some(({ recipient }) => {
      const found = { recipient, now, dueUntil, shown: 0, many };
      return this.#markSome(this.#statements.selectLong.all(found), found);
    });
  }

  showSome(recipient: BareJid, many: number): boolean {
    const found = { recipient, shown: 0, many };
    return this.#markSome(this.#statements.selectLongOfAll.all(found), found);
  }

  hideSome(recipient: BareJid, numbers: readonly number[], many: number): boolean {
    const found = { recipient, shown: 1, many };
    const long = numbers.filter((number) =>
      this.#statements.selectIsLong.get({ ...found, number }),
    );
    return this.#markSome(
      long.map((number) => ({ number })),
      found,
    );
  }

  /** Of the first of these questions. Answers whether there was one. */
  #markSome(questions: readonly unknown[], { recipient, shown, many }: Marking): boolean {
    const [question] = questions as readonly { number: number }[];
    if (question === undefined) return false;
    this.#statements.markSome.run({ recipient, number: question.number, shown, many });
    return true;
  }

  #asked(key: MessageKey): readonly AskedRow[] {
    const row = this.#statements.selectAsked.get(key.recipient, key.sender, key.id) as
      | { number: number; shown: number }
      | undefined;
    return row === undefined ? [] : [{ key, number: row.number, isShown: row.shown > 0 }];
  }

  #count(recipient: BareJid, number: number): QuestionCount {
    return this.#statements.selectCount.get(recipient, number) as QuestionCount;
  }

  #open(recipient: BareJid): readonly QuestionHead[] {
    return this.#statements.selectOpen.all(recipient) as QuestionHead[];
  }

  #lastNumber(recipient: BareJid): readonly LastNumber[] {
    return this.#statements.selectLast.all(recipient) as LastNumber[];
  }

  #lend(recipient: BareJid, { now, dueUntil, leaseUntil }: QuestionClaim): Asking {
    const questions = this.#statements.selectDue.all(recipient, dueUntil, now) as Question[];
    for (const { number } of questions) {
      this.#statements.lend.run(leaseUntil, recipient, number);
      this.#statements.showMessages.run(recipient, number);
    }
    const { count } = this.#statements.countWaiting.get(recipient) as { count: number };
    return { recipient, questions, waiting: count };
  }
}

function askedMessage({ position, ...key }: AskedMessageRow): AskedMessage {
  return { key, position };
}
