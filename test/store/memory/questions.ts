import type { BareJid } from '../../../src/message/jid.ts';
import { keyText } from '../../../src/message/key.ts';
import type { Millis } from '../../../src/message/time.ts';
import type { Within } from '../../../src/store/awaitable.ts';
import type { LongQuestionPort } from '../../../src/store/long-question-port.ts';
import type {
  LoadedQuestions,
  QuestionChanges,
  QuestionName,
  QuestionPort,
  WantedQuestions,
} from '../../../src/store/question-port.ts';
import {
  type AskedMessage,
  type AskingStore,
  askedTogether,
  type Question,
} from '../../../src/store/question-store.ts';
import type { AskedRow, QuestionRow, Tables } from './database.ts';

export function askingIn(tables: Tables): Within<AskingStore> {
  return {
    claim: ({ now, dueUntil, leaseUntil, maxRecipients, except }) => {
      const due = tables.questions
        .rows()
        .filter((row) => isDue(row, now, now) && !except.includes(row.recipient));
      const recipients = [...new Set(due.map(({ recipient }) => recipient))];
      return recipients.slice(0, maxRecipients).map((recipient) => {
        const rows = askedTogether(
          questionsOf(tables, recipient).filter((row) => isDue(row, dueUntil, now)),
        );
        const numbers = rows.map(({ number }) => number);
        change(tables, recipient, numbers, (row) => ({ ...row, lease: leaseUntil }));
        show(tables, recipient, numbers, true);
        const waiting = questionsOf(tables, recipient).length;
        return { recipient, questions: rows.map((row) => told(tables, row)), waiting };
      });
    },
    settle: (recipient, numbers) =>
      change(tables, recipient, numbers, (row) =>
        row.lease > 0 ? { ...row, due: undefined, lease: 0 } : row,
      ),
    unask: (recipient, numbers, at) => {
      show(tables, recipient, numbers, false);
      change(tables, recipient, numbers, again(at));
      return waiting(tables, recipient).filter(({ number }) => numbers.includes(number)).length;
    },
  };
}

export function questionsIn(tables: Tables): QuestionPort {
  return {
    load: (wanted) => load(tables, wanted),
    show: (recipient) => {
      const news = waiting(tables, recipient).filter(({ shown, messages }) => shown < messages);
      const numbers = news.map(({ number }) => number);
      show(tables, recipient, numbers, true);
      change(tables, recipient, numbers, (row) => ({ ...row, due: undefined, lease: 0 }));
      return waiting(tables, recipient);
    },
    remind: (recipient, numbers, at) => change(tables, recipient, numbers, again(at)),
    waiting: (recipient) => waiting(tables, recipient),
    waitingForAll: (about, limit) =>
      tables.questions
        .rows()
        .filter((row) => about === undefined || [row.recipient, row.sender].includes(about))
        .toSorted((a, b) =>
          a.recipient === b.recipient ? a.number - b.number : a.recipient < b.recipient ? -1 : 1,
        )
        .slice(0, limit)
        .map(({ recipient, number, sender, opened, due, lease }) => {
          const next = due === undefined ? undefined : Math.max(due, lease);
          return { recipient, number, sender, opened, next };
        }),
  };
}

export function longQuestionsIn(tables: Tables): LongQuestionPort {
  return {
    shownPage: (question, after, limit) =>
      page(
        askedIn(tables, question).filter(({ isShown }) => isShown),
        (row) => [row.position, row.key.sender, row.key.id],
        { after, limit },
      ),
    messagesPage: (recipient, after, limit) =>
      page(
        tables.asked.rows().filter(({ key }) => key.recipient === recipient),
        ({ key }) => [key.sender, key.id],
        { after, limit },
      ),
    // Nothing takes long here.
    showSomeDue: () => false,
    showSome: () => false,
    hideSome: () => false,
  };
}

export function saveQuestions(tables: Tables, changes: QuestionChanges): void {
  for (const key of changes.unasked) tables.asked.delete(keyText(key));
  for (const name of changes.closed) tables.questions.delete(nameText(name));
  for (const question of changes.opened)
    tables.questions.set(nameText(question), { ...question, lease: 0 });
  for (const asked of changes.asked)
    tables.asked.set(keyText(asked.key), { ...asked, isShown: false });
  for (const { due, ...name } of changes.again)
    tables.questions.change([nameText(name)], (row) => ({ ...row, due, lease: 0 }));
  for (const last of changes.numbers) tables.numbers.set(last.recipient, last);
}

function load(tables: Tables, { closing, recipients }: WantedQuestions): LoadedQuestions {
  const asked = closing.flatMap((key) => tables.asked.get(keyText(key)) ?? []);
  const names = asked.map(({ key, number }) => ({ recipient: key.recipient, number }));
  const everybody = new Set([...recipients, ...names.map(({ recipient }) => recipient)]);
  return {
    asked,
    counts: names.map((name) => {
      const messages = askedIn(tables, name);
      const shown = messages.filter(({ isShown }) => isShown).length;
      return { ...name, messages: messages.length, shown };
    }),
    questions: recipients.flatMap((recipient) =>
      questionsOf(tables, recipient).toSorted((a, b) => a.opened - b.opened),
    ),
    numbers: [...everybody].flatMap((recipient) => tables.numbers.get(recipient) ?? []),
  };
}

function change(
  tables: Tables,
  recipient: BareJid,
  numbers: readonly number[],
  changed: (row: QuestionRow) => QuestionRow,
): void {
  tables.questions.change(
    numbers.map((number) => nameText({ recipient, number })),
    changed,
  );
}

function again(due: Millis): (row: QuestionRow) => QuestionRow {
  return (row) => ({ ...row, due, lease: 0 });
}

function isDue({ due = Infinity, lease }: QuestionRow, dueUntil: Millis, now: Millis): boolean {
  return due <= dueUntil && lease <= now;
}

function waiting(tables: Tables, recipient: BareJid): readonly Question[] {
  return questionsOf(tables, recipient).map((row) => told(tables, row));
}

function questionsOf(tables: Tables, recipient: BareJid): readonly QuestionRow[] {
  return tables.questions
    .rows()
    .filter((row) => row.recipient === recipient)
    .toSorted((a, b) => a.number - b.number);
}

function told(tables: Tables, { recipient, number, sender }: QuestionRow): Question {
  const messages = askedIn(tables, { recipient, number });
  const times = messages.map(({ position, time = position }) => time);
  return {
    number,
    sender,
    messages: messages.length,
    shown: messages.filter(({ isShown }) => isShown).length,
    from: Math.min(...times),
    to: Math.max(...times),
  };
}

function askedIn(tables: Tables, { recipient, number }: QuestionName): readonly AskedRow[] {
  return tables.asked
    .rows()
    .filter((row) => row.key.recipient === recipient && row.number === number)
    .toSorted((a, b) => a.position - b.position);
}

function show(
  tables: Tables,
  recipient: BareJid,
  numbers: readonly number[],
  isShown: boolean,
): void {
  for (const number of numbers)
    tables.asked.change(
      askedIn(tables, { recipient, number }).map(({ key }) => keyText(key)),
      (row) => ({ ...row, isShown }),
    );
}

type Place = readonly (string | number)[];

function page(
  rows: readonly AskedRow[],
  placeOf: (row: AskedMessage) => Place,
  { after, limit }: { readonly after: AskedMessage; readonly limit: number },
): readonly AskedMessage[] {
  return rows
    .map(askedMessage)
    .filter((row) => compare(placeOf(row), placeOf(after)) > 0)
    .toSorted((a, b) => compare(placeOf(a), placeOf(b)))
    .slice(0, limit);
}

function compare(a: Place, b: Place): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at < 0) return 0;
  return (a[at] as string | number) < (b[at] as string | number) ? -1 : 1;
}

function askedMessage({ key, position }: AskedRow): AskedMessage {
  return { key, position };
}

function nameText({ recipient, number }: QuestionName): string {
  return `${recipient}\0${number}`;
}
