import type { Ledger } from '../../facts/ledger.ts';
import type { Fact } from '../../message/fact.ts';
import type { BareJid } from '../../message/jid.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { Rules } from '../../receipt/rules.ts';
import type { AskedMessage, Question } from '../../store/question-store.ts';
import type { News } from '../../store/record-store.ts';
import type { Store } from '../../store/store.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Answer, Command, Which } from './command.ts';
import type { Reply } from './reply.ts';

type AnswerCommand = Extract<Command, { kind: 'answer' }>;

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
  { answer, which }: AnswerCommand,
  parts: AnsweringParts,
): Promise<Reply> {
  const waiting = await parts.store.questions.waiting(user);
  const shown = waiting.filter((question) => question.shown > 0);
  // A question may be put again without harm, so `later` without numbers means all.
  const meant = answer === 'later' && which === 'only' ? 'all' : which;
  const doubt = doubtAbout(shown, meant);
  if (doubt !== undefined) return doubt;
  const chosen = Array.isArray(meant)
    ? shown.filter(({ number }) => meant.includes(number))
    : shown;
  await takeAnswer(user, { chosen, answer }, parts);
  parts.onAnswered(user);
  return { kind: 'answered', answer, questions: chosen, isNoTold: await isNoTold(user, parts) };
}

async function isNoTold(user: BareJid, { store, rules }: AnsweringParts): Promise<boolean> {
  const { tellDeclined } = await store.preferences.get(user);
  return tellDeclined ?? rules.policy.tellDeclined;
}

/** The reply if it is not certain which questions are meant. */
function doubtAbout(questions: readonly Question[], which: Which): Reply | undefined {
  if (questions.length === 0) return { kind: 'questions', questions };
  if (which === 'all') return undefined;
  if (which === 'only') return questions.length === 1 ? undefined : { kind: 'which', questions };
  const missing = which.find((number) => !numbersOf(questions).includes(number));
  return missing === undefined
    ? undefined
    : { kind: 'no-such-question', number: missing, questions };
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
  const present = first === undefined ? 0 : ledger.presentFor(first.key);
  await ledger.learn(messages.map((it) => newsOf(it, answer, present)));
  counters.count('questions answered');
}

/** The answer gets a time after the message, even if the clocks differ. */
function newsOf(
  { key, position }: AskedMessage,
  answer: Exclude<Answer, 'later'>,
  present: Stamp,
): News {
  const fact: Fact = {
    kind: answer === 'yes' ? 'approved' : 'declined',
    at: Math.max(present, position + 1),
    side: 'component',
  };
  return { key, facts: [fact] };
}

function numbersOf(questions: readonly Question[]): readonly number[] {
  return questions.map(({ number }) => number);
}
