import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Within } from '../awaitable.ts';
import type { LongQuestionPort } from '../long-question-port.ts';
import type {
  AskedAbout,
  LoadedQuestions,
  QuestionName,
  QuestionPort,
  WantedQuestions,
} from '../question-port.ts';
import {
  type AskedMessage,
  type Asking,
  type AskingStore,
  askedTogether,
  type Question,
  type QuestionClaim,
  type WaitingQuestion,
} from '../question-store.ts';
import { askedKeyValues } from './keys.ts';
import { QUESTION_STATEMENTS as SQL } from './question-statements.ts';
import { ALL_SHARDS, shardOf } from './shards.ts';
import type { Sql } from './sql.ts';

interface WaitingRow extends Omit<WaitingQuestion, 'next'> {
  readonly next: Millis | null;
}

interface AskedMessageRow extends MessageKey {
  readonly position: Stamp;
}

/** Questions that wait for an answer, and the messages they are about. */
export class QuestionRows implements Within<AskingStore>, QuestionPort, LongQuestionPort {
  readonly #sql: Sql;
  readonly #domains: readonly string[];

  /** Users of these domains are to be asked by us. */
  constructor(sql: Sql, domains: readonly string[]) {
    this.#sql = sql;
    this.#domains = domains;
  }

  async load({ closing, recipients }: WantedQuestions): Promise<LoadedQuestions> {
    const asked = await this.#asked(closing);
    const names = asked.map(({ key, number }) => ({ recipient: key.recipient, number }));
    const everybody = [...new Set([...recipients, ...names.map(({ recipient }) => recipient)])];
    return {
      asked,
      counts: await this.#sql.rows(SQL.selectCounts, nameValues(distinct(names))),
      questions: await this.#sql.rows(SQL.selectOpen, recipientValues(recipients)),
      numbers: await this.#sql.rows(SQL.selectLast, recipientValues(everybody)),
    };
  }

  /** Messages that joined a question before that time. */
  askedBefore(before: Millis, limit: number): Promise<readonly MessageKey[]> {
    return this.#sql.rows(SQL.selectOld, [ALL_SHARDS, before, limit]);
  }

  async claim(claim: QuestionClaim): Promise<readonly Asking[]> {
    const { now, maxRecipients, except } = claim;
    const values = [ALL_SHARDS, this.#domains, now, except, maxRecipients];
    const found = await this.#sql.rows<{ recipient: BareJid }>(SQL.selectRecipients, values);
    const askings: Asking[] = [];
    for (const { recipient } of found) askings.push(await this.#lend(recipient, claim));
    return askings;
  }

  async settle(recipient: BareJid, numbers: readonly number[]): Promise<void> {
    await this.#sql.run(SQL.settle, nameValues(namesOf(recipient, numbers)));
  }

  async show(recipient: BareJid): Promise<readonly Question[]> {
    const before = await this.waiting(recipient);
    // What was put off, and is all known, stays put off.
    const news = before.filter(({ shown, messages }) => shown < messages);
    if (news.length === 0) return before;
    const names = nameValues(
      namesOf(
        recipient,
        news.map(({ number }) => number),
      ),
    );
    await this.#sql.run(SQL.mark, [...names, true]);
    await this.#sql.run(SQL.withdraw, names);
    return this.waiting(recipient);
  }

  async remind(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<void> {
    await this.#askAgain(recipient, numbers, at);
  }

  async unask(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<number> {
    await this.#sql.run(SQL.mark, [...nameValues(namesOf(recipient, numbers)), false]);
    return this.#askAgain(recipient, numbers, at);
  }

  waiting(recipient: BareJid): Promise<readonly Question[]> {
    return this.#sql.rows(SQL.selectWaiting, [shardOf(recipient), recipient]);
  }

  async waitingForAll(
    about: BareJid | undefined,
    limit: number,
  ): Promise<readonly WaitingQuestion[]> {
    const rows = await (about === undefined
      ? this.#sql.rows<WaitingRow>(SQL.selectOfAll, [ALL_SHARDS, limit])
      : this.#sql.rows<WaitingRow>(SQL.selectAbout, [shardOf(about), about, limit]));
    return rows.map(({ next, ...row }) => ({ ...row, next: next ?? undefined }));
  }

  async shownPage(
    { recipient, number }: QuestionName,
    { key: { sender, id }, position }: AskedMessage,
    limit: number,
  ): Promise<readonly AskedMessage[]> {
    const after = [position, sender, id];
    const values = [shardOf(recipient), recipient, number, ...after, limit];
    return (await this.#sql.rows<AskedMessageRow>(SQL.selectShown, values)).map(askedMessage);
  }

  async messagesPage(
    recipient: BareJid,
    { key: { sender, id } }: AskedMessage,
    limit: number,
  ): Promise<readonly AskedMessage[]> {
    const values = [shardOf(recipient), recipient, sender, id, limit];
    return (await this.#sql.rows<AskedMessageRow>(SQL.selectMessages, values)).map(askedMessage);
  }

  // The server marks many messages at once and stops nobody meanwhile.
  showSomeDue = () => false;
  showSome = () => false;
  hideSome = () => false;

  async #asked(keys: readonly MessageKey[]): Promise<readonly AskedAbout[]> {
    const rows = await this.#sql.rows<MessageKey & { number: number; shown: boolean }>(
      SQL.selectAsked,
      askedKeyValues(keys),
    );
    return rows.map(({ number, shown, ...key }) => ({ key, number, isShown: shown }));
  }

  async #lend(recipient: BareJid, { now, dueUntil, leaseUntil }: QuestionClaim): Promise<Asking> {
    const place = [shardOf(recipient), recipient];
    const due = await this.#sql.rows<Question>(SQL.selectDue, [...place, dueUntil, now]);
    const questions = askedTogether(due);
    const names = nameValues(
      namesOf(
        recipient,
        questions.map(({ number }) => number),
      ),
    );
    await this.#sql.run(SQL.lend, [...names, leaseUntil]);
    await this.#sql.run(SQL.mark, [...names, true]);
    const [waiting] = await this.#sql.rows<{ count: number }>(SQL.countWaiting, place);
    return { recipient, questions, waiting: waiting?.count ?? 0 };
  }

  #askAgain(recipient: BareJid, numbers: readonly number[], at: Millis): Promise<number> {
    return this.#sql.run(SQL.askAgain, [...nameValues(namesOf(recipient, numbers)), at]);
  }
}

function namesOf(recipient: BareJid, numbers: readonly number[]): readonly QuestionName[] {
  return numbers.map((number) => ({ recipient, number }));
}

function distinct(names: readonly QuestionName[]): readonly QuestionName[] {
  return [
    ...new Map(names.map((name) => [`${name.recipient} ${name.number}`, name] as const)).values(),
  ];
}

/** The first three parameters of statements about several questions. */
export function nameValues(names: readonly QuestionName[]): readonly (readonly unknown[])[] {
  return [
    ...recipientValues(names.map(({ recipient }) => recipient)),
    names.map(({ number }) => number),
  ];
}

function recipientValues(recipients: readonly BareJid[]): readonly (readonly unknown[])[] {
  return [recipients.map(shardOf), recipients];
}

function askedMessage({ position, ...key }: AskedMessageRow): AskedMessage {
  return { key, position };
}
