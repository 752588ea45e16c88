import type { Millis } from '../../message/time.ts';
import type { Asking, Question } from '../../store/question-store.ts';
import type { Reply } from '../commands/reply.ts';
import type { Asked, Language } from './language.ts';
import { type Clock, distinctLines, moment } from './moment.ts';

type Answered = Extract<Reply, { kind: 'answered' }>;

/** The question to a recipient: whose messages it is about, and how to answer. */
export function askingText(
  { questions, waiting }: Pick<Asking, 'questions' | 'waiting'>,
  language: Language,
  now: Millis,
): string {
  const texts = language.questions;
  const [first] = questions;
  if (first === undefined) return texts.none;
  if (waiting <= 1)
    return [texts.one(askedIn(first, language, now)), texts.howToAnswerOne].join('\n');
  const rest = waiting - questions.length;
  return [
    texts.several,
    ...questionLines(questions, language, now),
    ...(rest > 0 ? [texts.more(rest)] : []),
    howToAnswer(questions, language),
  ].join('\n');
}

/** All waiting questions, under a heading that says why they are listed. */
export function questionList(
  heading: string,
  questions: readonly Question[],
  { language, now }: { language: Language; now: Millis },
): string {
  const lines = questionLines(questions, language, now);
  return [heading, ...lines, howToAnswer(questions, language)].join('\n');
}

export function answeredText(
  { answer, questions, isNoTold }: Answered,
  language: Language,
  now: Millis,
): string {
  const texts = language.questions;
  const [first] = questions;
  if (first === undefined) return texts.none;
  const told = answer === 'no' && isNoTold ? [language.policy.tellsDeclined] : [];
  const lines =
    questions.length === 1
      ? [texts.answered[answer](askedIn(first, language, now))]
      : [texts.answeredSeveral[answer], ...questionLines(questions, language, now)];
  return [...lines, ...told].join('\n');
}

export function questionLine(question: Question, language: Language, now: Clock): string {
  return language.questions.item(question.number, askedIn(question, language, now));
}

function questionLines(
  questions: readonly Question[],
  language: Language,
  now: Millis,
): readonly string[] {
  return distinctLines(questions, {
    now,
    // Without the numbers, because they would make every line different.
    nameOf: (question, clock) => language.questions.item(0, askedIn(question, language, clock)),
    lineOf: (question, clock) => questionLine(question, language, clock),
  });
}

function howToAnswer(questions: readonly Question[], { questions: texts }: Language): string {
  const [first, second] = questions;
  if (first === undefined) return texts.none;
  return texts.howToAnswerSeveral(first.number, (second ?? first).number);
}

function askedIn(question: Question, language: Language, now: Clock): Asked {
  const from = moment(question.from, language, now);
  const to = moment(question.to, language, now);
  const { sender, messages } = question;
  return { sender, messages, from, to: to === from ? undefined : to };
}
