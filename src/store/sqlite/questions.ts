import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Entitlement } from '../../receipt/disclose.ts';
import {
  type AskedMessage,
  type Asking,
  MAX_FROM_STRANGERS,
  MAX_PER_RECIPIENT,
  MAX_PER_SENDER,
  NUMBER_RESTS,
  type Question,
  type QuestionClaim,
} from '../question-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const QUESTION = `
  SELECT q.number, q.sender, count(*) AS messages, sum(m.shown) AS shown,
    min(m.position) AS "from", max(m.position) AS "to"
  FROM questions q JOIN asked_messages m ON m.recipient = q.recipient AND m.number = q.number`;

const STATEMENTS = {
  selectNumbers: 'SELECT number, sender FROM questions WHERE recipient = ? ORDER BY opened, number',
  selectLast: 'SELECT number FROM question_numbers WHERE recipient = ? AND at > ?',
  upsertLast: `
    INSERT INTO question_numbers (recipient, number, at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET number = excluded.number, at = excluded.at`,
  touchLast: 'UPDATE question_numbers SET at = ? WHERE recipient = ?',
  insertQuestion:
    'INSERT INTO questions (recipient, number, sender, opened, due) VALUES (?, ?, ?, ?, ?)',
  insertMessage: `
    INSERT INTO asked_messages (recipient, sender, id, number, position, born) VALUES (?, ?, ?, ?, ?, ?)`,
  removeOld: `
    DELETE FROM asked_messages WHERE (recipient, sender, id) IN (
      SELECT recipient, sender, id FROM asked_messages WHERE born < ? LIMIT ?)
    RETURNING recipient, number`,
  removeMessage:
    'DELETE FROM asked_messages WHERE recipient = ? AND sender = ? AND id = ? RETURNING number',
  selectRest: 'SELECT min(shown) AS shown FROM asked_messages WHERE recipient = ? AND number = ?',
  removeQuestion: 'DELETE FROM questions WHERE recipient = ? AND number = ?',
  selectRecipients: `
    SELECT DISTINCT recipient FROM questions
    WHERE due <= ? AND lease <= ? AND recipient NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
  selectDue: `
    ${QUESTION} WHERE q.recipient = ? AND q.due <= ? AND q.lease <= ? GROUP BY q.number ORDER BY q.number`,
  selectWaiting: `${QUESTION} WHERE q.recipient = ? GROUP BY q.number ORDER BY q.number`,
  countWaiting: 'SELECT count(*) AS count FROM questions WHERE recipient = ?',
  lend: 'UPDATE questions SET lease = ? WHERE recipient = ? AND number = ?',
  // What is not lent any more was answered meanwhile: it may have another time, or be another question.
  settle:
    'UPDATE questions SET due = NULL, lease = 0 WHERE recipient = ? AND number = ? AND lease > 0',
  withdraw: 'UPDATE questions SET due = NULL, lease = 0 WHERE recipient = ? AND number = ?',
  hideMessages: 'UPDATE asked_messages SET shown = 0 WHERE recipient = ? AND number = ?',
  showMessages: 'UPDATE asked_messages SET shown = 1 WHERE recipient = ? AND number = ?',
  askAgain: 'UPDATE questions SET due = ?, lease = 0 WHERE recipient = ? AND number = ?',
  selectShown: `
    SELECT sender, recipient, id, position FROM asked_messages
    WHERE recipient = ? AND number = ? AND shown = 1 ORDER BY position`,
  selectMessages: 'SELECT sender, recipient, id, position FROM asked_messages WHERE recipient = ?',
} as const;

interface MessageRow extends MessageKey {
  readonly position: Stamp;
}

export interface Opening {
  readonly key: MessageKey;
  readonly position: Stamp;
  readonly now: Millis;
  /** When it is to be put. */
  readonly due: Millis;
  readonly asker: Entitlement;
}

/** Questions that wait for an answer, and the messages they are about. */
export class QuestionRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  /** Whether there is something new to be put. */
  open({ key, position, now, due, asker }: Opening): boolean {
    const limit = asker === 'stranger' ? MAX_FROM_STRANGERS : MAX_PER_RECIPIENT;
    const { sender, recipient, id } = key;
    const known = this.#statements.selectNumbers.all(recipient) as Question[];
    const ofSender = known.filter((question) => question.sender === sender);
    const last = ofSender.at(-1);
    const isJoining = last !== undefined && ofSender.length >= MAX_PER_SENDER;
    if (!isJoining && known.length >= limit) return false;
    const number = isJoining ? last.number : this.#nextNumber(recipient, known, now);
    if (!isJoining) this.#statements.insertQuestion.run(recipient, number, sender, now, due);
    this.#statements.insertMessage.run(recipient, sender, id, number, position, now);
    return !isJoining;
  }

  #nextNumber(recipient: BareJid, known: readonly Question[], now: Millis): number {
    const last = this.#statements.selectLast.get(recipient, now - NUMBER_RESTS) as
      | { number: number }
      | undefined;
    const number = firstFree(known, (last?.number ?? 0) + 1);
    this.#statements.upsertLast.run(recipient, number, now);
    return number;
  }

  /** What joined a question after it was shown is to be put again, once the others are answered. */
  close({ sender, recipient, id }: MessageKey, now: Millis): void {
    const removed = this.#statements.removeMessage.get(recipient, sender, id) as
      | { number: number }
      | undefined;
    if (removed !== undefined) this.#closeIfDone(recipient, removed.number, now);
  }

  /** Messages that have waited for an answer since before go; answers how many. */
  prune(before: Millis, { limit, now }: { limit: number; now: Millis }): number {
    const removed = this.#statements.removeOld.all(before, limit) as {
      recipient: BareJid;
      number: number;
    }[];
    for (const { recipient, number } of removed) this.#closeIfDone(recipient, number, now);
    return removed.length;
  }

  #closeIfDone(recipient: BareJid, number: number, now: Millis): void {
    const { shown } = this.#statements.selectRest.get(recipient, number) as {
      shown: number | null;
    };
    if (shown === null) {
      this.#statements.removeQuestion.run(recipient, number);
      this.#statements.touchLast.run(now, recipient);
    }
    if (shown === 0) this.#statements.askAgain.run(now, recipient, number);
  }

  claim(claim: QuestionClaim): readonly Asking[] {
    const { now, maxRecipients, except } = claim;
    const excluded = JSON.stringify(except);
    const found = this.#statements.selectRecipients.all(now, now, excluded, maxRecipients);
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

  shownOf(recipient: BareJid, number: number): readonly AskedMessage[] {
    return (this.#statements.selectShown.all(recipient, number) as MessageRow[]).map(askedMessage);
  }

  messagesOf(recipient: BareJid): readonly AskedMessage[] {
    return (this.#statements.selectMessages.all(recipient) as MessageRow[]).map(askedMessage);
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

function askedMessage({ position, ...key }: MessageRow): AskedMessage {
  return { key, position };
}

function firstFree(known: readonly Question[], from: number): number {
  const taken = new Set(known.map(({ number }) => number));
  let number = from;
  while (taken.has(number)) number += 1;
  return number;
}
