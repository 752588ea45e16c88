import { hasMarks, questionNumbersIn, questionsNamedBy } from '../../protocol/question-id.ts';
import { isNoticeId } from '../../protocol/watch-id.ts';
import type { Question, QuestionStore } from '../../store/question-store.ts';
import type { LastSaid } from './last-said.ts';
import type { ReadMessage } from './read-message.ts';
import type { Situation } from './situation.ts';

interface HearingParts {
  readonly questions: Pick<QuestionStore, 'waiting'>;
  readonly said: Pick<LastSaid, 'to' | 'isLast'>;
}

/** What these words may be about. */
export async function situationOf(
  heard: Pick<ReadMessage, 'user' | 'about' | 'isReaction'>,
  { questions, said }: HearingParts,
): Promise<Situation> {
  const { user, about, isReaction } = heard;
  const shown = (await questions.waiting(user)).filter((question) => question.shown > 0);
  if (about !== undefined && isAboutQuestions(about)) return aboutQuestions(about, shown);
  // No picture says what a notice offers.
  if (isNoticeId(about) && !isReaction)
    return { said: { kind: 'notice', id: about }, questions: [] };
  const isAboutLast = about === undefined || said.isLast(user, about);
  return { said: isAboutLast ? said.to(user) : { kind: 'other' }, questions: shown };
}

export function isAboutQuestions(id: string): boolean {
  return questionNumbersIn(id).length > 0;
}

/** What was answered, or is not asked any more, does not wait: the id is that of an old question. */
function aboutQuestions(id: string, shown: readonly Question[]): Situation {
  const named = questionsNamedBy(id, shown);
  if (named.length > 0) return { said: { kind: 'question' }, questions: named, isNarrow: true };
  if (hasMarks(id)) return { said: { kind: 'closed' }, questions: [] };
  // The numbers alone may be those of newer questions: a loose word is asked about.
  const numbers = questionNumbersIn(id);
  const questions = shown.filter(({ number }) => numbers.includes(number));
  return { said: { kind: 'unknown' }, questions, isNarrow: true };
}
