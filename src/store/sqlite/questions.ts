import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type {
  AskedAbout,
  LastNumber,
  LoadedQuestions,
  QuestionChanges,
  QuestionCount,
  QuestionHead,
  QuestionName,
  WantedQuestions,
} from '../question-port.ts';
import {
  type AskedMessage,
  type Asking,
  askedTogether,
  type Question,
  type QuestionClaim,
  type WaitingQuestion,
} from '../question-store.ts';
import type { Database, Statement } from './database.ts';
import { QUESTION_STATEMENTS } from './question-statements.ts';
import { prepareAll } from './statements.ts';

/** Number of messages of a recipient's question that change from this mark to the other. */
interface Marking {
  readonly recipient: BareJid;
  readonly shown: number;
  readonly many: number;
}

interface WaitingRow extends Omit<WaitingQuestion, 'next'> {
  readonly next: Millis | null;
}

interface AskedMessageRow extends MessageKey {
  readonly position: Stamp;
}

/** Questions that wait for an answer, and the messages they are about. */
export class QuestionRows {
  readonly #statements: Readonly<Record<keyof typeof QUESTION_STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, QUESTION_STATEMENTS);
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
    for (const { key, number, position, time = null, joined } of asked)
      insertMessage.run(key.recipient, key.sender, key.id, number, position, time, joined);
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

  waitingForAll(about: BareJid | undefined, limit: number): readonly WaitingQuestion[] {
    const { selectOfAll, selectAbout } = this.#statements;
    const rows =
      about === undefined ? selectOfAll.all({ limit }) : selectAbout.all({ about, limit });
    return (rows as WaitingRow[]).map(({ next, ...row }) => ({ ...row, next: next ?? undefined }));
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

  /** Marks messages of the first of these questions. Answers whether there was one. */
  #markSome(questions: readonly unknown[], { recipient, shown, many }: Marking): boolean {
    const [question] = questions as readonly { number: number }[];
    if (question === undefined) return false;
    this.#statements.markSome.run({ recipient, number: question.number, shown, many });
    return true;
  }

  #asked(key: MessageKey): readonly AskedAbout[] {
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
    const due = this.#statements.selectDue.all(recipient, dueUntil, now) as Question[];
    const questions = askedTogether(due);
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
