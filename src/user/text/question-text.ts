import type { Asking, Question } from '../../store/question-store.ts';
import type { Reply } from '../commands/reply.ts';
import { commandText } from './command-text.ts';
import { isKnownWord } from './known-words.ts';
import type { Asked, Language } from './language.ts';
import { type Clock, distinctLines, moment } from './moment.ts';

type Answered = Extract<Reply, { kind: 'answered' }>;

interface AskingWords extends Pick<Asking, 'questions' | 'waiting'> {
  /** Can the answer be one for all that this sender will ask? */
  readonly offersForGood?: boolean;
}

/** The question to a recipient: whose messages it is about, and how to answer. */
export function askingText(
  { questions, waiting, offersForGood = false }: AskingWords,
  language: Language,
  now: Clock,
): string {
  const texts = language.questions;
  const [first] = questions;
  if (first === undefined) return texts.none;
  if (waiting <= 1)
    return [texts.one(askedIn(first, language, now)), howToAnswerOne(offersForGood, language)].join(
      '\n',
    );
  const rest = waiting - questions.length;
  return [
    texts.several,
    ...questionLines(questions, language, now),
    ...(rest > 0 ? [texts.more(rest)] : []),
    howToAnswer(questions, language),
    ...(offersForGood ? howToAnswerForGood(questions, { rest, language }) : []),
  ].join('\n');
}

/** All waiting questions, under a heading that says why they are listed. */
export function questionList(
  heading: string,
  questions: readonly Question[],
  { language, now }: { language: Language; now: Clock },
): string {
  const lines = questionLines(questions, language, now);
  return [heading, ...lines, howToAnswer(questions, language)].join('\n');
}

export function answeredText(
  { answer, questions, isNoTold, forGood }: Answered,
  language: Language,
  now: Clock,
): string {
  const texts = language.questions;
  const [first] = questions;
  if (first === undefined) return texts.none;
  const forGoodLines = forGood === undefined ? [] : linesForGood(answer, forGood, language);
  const told = answer === 'no' && isNoTold ? [language.policy.tellsDeclined] : [];
  const lines =
    questions.length === 1
      ? [texts.answered[answer](askedIn(first, language, now))]
      : [texts.answeredSeveral[answer], ...questionLines(questions, language, now)];
  return [...lines, ...forGoodLines, ...told].join('\n');
}

function linesForGood(
  answer: Answered['answer'],
  { contact, change }: NonNullable<Answered['forGood']>,
  language: Language,
): readonly string[] {
  const { questions, policy } = language;
  const undo = commandText({ kind: 'set-exception', peer: contact, policy: 'default' }, language);
  return [
    answer === 'yes' ? questions.forGood.yes(contact) : questions.forGood.no(contact),
    ...(change === 'in-force' ? [] : [policy.changed[change]]),
    questions.takeBack(undo),
  ];
}

export function questionLine(question: Question, language: Language, now: Clock): string {
  return language.questions.item(question.number, askedIn(question, language, now));
}

function questionLines(
  questions: readonly Question[],
  language: Language,
  now: Clock,
): readonly string[] {
  return distinctLines(questions, {
    now,
    // Without the numbers, because they would make every line different.
    nameOf: (question, clock) => language.questions.item(0, askedIn(question, language, clock)),
    lineOf: (question, clock) => questionLine(question, language, clock),
  });
}

function howToAnswerOne(offersForGood: boolean, { questions: texts }: Language): string {
  return offersForGood ? texts.howToAnswerOneForGood : texts.howToAnswerOne;
}

/** By the names of two senders; by numbers where there is one sender only. */
function howToAnswer(questions: readonly Question[], { questions: texts }: Language): string {
  const [first, second = first] = questions;
  if (first === undefined || second === undefined) return texts.none;
  const numbers = [`${first.number}`, `${second.number}`] as const;
  return texts.howToAnswerSeveral(...(namesOfTwo(questions) ?? numbers));
}

/** Only where it is sure whom it is about: others may wait who are not named here. */
function howToAnswerForGood(
  questions: readonly Question[],
  { rest, language }: { readonly rest: number; readonly language: Language },
): readonly string[] {
  const { forGoodOfOne, forGoodOfSeveral } = language.questions;
  const names = namesOfTwo(questions);
  if (names !== undefined) return [forGoodOfSeveral(...names)];
  return rest === 0 ? [forGoodOfOne] : [];
}

/** Two senders. `undefined`: there is one only. */
function namesOfTwo(questions: readonly Question[]): readonly [string, string] | undefined {
  const [first] = questions;
  const other = questions.find(({ sender }) => sender !== first?.sender);
  return first && other && [nameIn(first, questions), nameIn(other, questions)];
}

/** What stands before the @, unless others are called so too or the bot would read a word there. */
function nameIn({ sender, number }: Question, questions: readonly Question[]): string {
  const name = localOf(sender);
  const namesakes = questions.filter((other) => localOf(other.sender) === name);
  const isName = /^\p{L}[\p{L}\p{N}._-]*[\p{L}\p{N}]$/u.test(name);
  const isSure = isName && new Set(namesakes.map((other) => other.sender)).size === 1;
  return isSure && !isKnownWord(name) ? name : `${number}`;
}

function localOf(sender: string): string {
  return sender.split('@')[0] ?? sender;
}

function askedIn(question: Question, language: Language, now: Clock): Asked {
  const from = moment(question.from, language, now);
  const to = moment(question.to, language, now);
  const { sender, messages } = question;
  return { sender, messages, from, to: to === from ? undefined : to };
}
