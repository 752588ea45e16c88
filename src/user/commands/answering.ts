import type { Ledger } from '../../facts/ledger.ts';
import type { Moment } from '../../facts/server-clocks.ts';
import type { Fact } from '../../message/fact.ts';
import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Rules } from '../../receipt/rules.ts';
import type { AskedMessage, Question } from '../../store/question-store.ts';
import type { News } from '../../store/record-store.ts';
import type { Store } from '../../store/store.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Answer, AnswerCommand } from './command.ts';
import type { Reply } from './reply.ts';

/** The delay until a user who said `later` is asked again. */
const LATER: Millis = 3_600_000;

export interface AnsweringParts {
  readonly store: Pick<Store, 'questions' | 'preferences'>;
  readonly ledger: Pick<Ledger, 'learn' | 'presentFor'>;
  readonly rules: Rules;
  readonly counters: Counters;
  readonly now: () => Millis;
  /** Called when a recipient has answered, and so can be asked again. */
  readonly onAnswered: (user: BareJid) => void;
}

/**
 * A recipient's answer to questions. It is about questions that were shown, never about newer ones.
 */
export async function answerQuestions(
  user: BareJid,
  command: AnswerCommand,
  parts: AnsweringParts,
): Promise<Reply> {
  const shown = await shownQuestions(user, parts);
  const doubt = doubtAbout(shown, command);
  if (doubt !== undefined) return doubt;
  const { answer } = command;
  const chosen = questionsChosen(shown, command);
  await takeAnswer(user, { chosen, answer }, parts);
  parts.onAnswered(user);
  return { kind: 'answered', answer, questions: chosen, isNoTold: await isNoTold(user, parts) };
}

async function isNoTold(user: BareJid, { store, rules }: AnsweringParts): Promise<boolean> {
  const { tellDeclined } = await store.preferences.get(user);
  return tellDeclined ?? rules.policy.tellDeclined;
}

export async function shownQuestions(
  user: BareJid,
  { store }: Pick<AnsweringParts, 'store'>,
): Promise<readonly Question[]> {
  const waiting = await store.questions.waiting(user);
  return waiting.filter((question) => question.shown > 0);
}

/** The reply if it is not certain which questions are meant. */
export function doubtAbout(
  questions: readonly Question[],
  command: AnswerCommand,
): Reply | undefined {
  if (questions.length === 0) return { kind: 'questions', questions };
  const missing = numbersIn(command).find((number) => !numbersOf(questions).includes(number));
  if (missing !== undefined) return { kind: 'no-such-question', number: missing, questions };
  const senders = sendersOf(questionsChosen(questions, command));
  return mustBeOfOne(command) && senders.length > 1 ? { kind: 'which', questions } : undefined;
}

function numbersIn({ which }: AnswerCommand): readonly number[] {
  return which === 'only' || which === 'all' ? [] : which;
}

/** A question may be put again without harm, so `later` without numbers means all. */
function mustBeOfOne({ answer, which, forGood }: AnswerCommand): boolean {
  return forGood === true || (which === 'only' && answer !== 'later');
}

/** The questions that an answer without a doubt is about: all of one sender if it names none. */
export function questionsChosen(
  questions: readonly Question[],
  { which }: Pick<AnswerCommand, 'which'>,
): readonly Question[] {
  return which === 'only' || which === 'all' ? questions : named(questions, which);
}

function named(questions: readonly Question[], numbers: readonly number[]): readonly Question[] {
  return questions.filter(({ number }) => numbers.includes(number));
}

function sendersOf(questions: readonly Question[]): readonly BareJid[] {
  return [...new Set(questions.map(({ sender }) => sender))];
}

async function takeAnswer(
  user: BareJid,
  { chosen, answer }: { readonly chosen: readonly Question[]; readonly answer: Answer },
  parts: AnsweringParts,
): Promise<void> {
  const { store, now } = parts;
  if (answer === 'later') await store.questions.remind(user, numbersOf(chosen), now() + LATER);
  else for (const { number } of chosen) await answerQuestion(user, { number, answer }, parts);
}

async function answerQuestion(
  user: BareJid,
  { number, answer }: { readonly number: number; readonly answer: 'yes' | 'no' },
  { store, ledger, counters }: AnsweringParts,
): Promise<void> {
  const messages = await store.questions.shownOf(user, number);
  // All messages of a question are of the same sender, so one time is right for all of them.
  const [first] = messages;
  const present = first === undefined ? { at: 0 } : ledger.presentFor(first.key);
  await ledger.learn(messages.map((it) => newsOf(it, answer, present)));
  counters.count('questions answered');
}

/** The answer gets a stamp after the message, even if the clocks of two servers differ. */
function newsOf(
  { key, position }: AskedMessage,
  answer: Exclude<Answer, 'later'>,
  present: Moment,
): News {
  const moment = present.at > position ? present : { at: position + 1 };
  const kind = answer === 'yes' ? 'approved' : 'declined';
  const fact: Fact = { kind, ...moment, side: 'component' };
  return { key, facts: [fact] };
}

function numbersOf(questions: readonly Question[]): readonly number[] {
  return questions.map(({ number }) => number);
}
