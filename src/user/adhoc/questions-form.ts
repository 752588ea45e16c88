import type { DataForm, Field } from '../../protocol/form.ts';
import { type Answers, oneOf, textIn } from '../../protocol/form-answers.ts';
import { askedTogether, type Question } from '../../store/question-store.ts';
import type { Answer } from '../commands/command.ts';
import type { Language } from '../text/language.ts';
import { questionLine } from '../text/question-text.ts';
import { type Dialog, done, type Outcome, type Session, type Stage, wrong } from './dialog.ts';

/**
 * Some clients show no options unless one is chosen. We choose the first one, so it must do no
 * harm.
 */
const ANSWERS: readonly Answer[] = ['later', 'yes', 'no'];

/** Maximum number of options in the form: each takes more than one line of words. */
const MOST = 30;

/** Asks the user about messages that others ask about: were they received? */
export const questions: Dialog = {
  open: async (session) => {
    const reply = await session.perform({ kind: 'questions' });
    return reply.kind === 'questions' ? stageFor(reply.questions, session) : done(reply);
  },
  // `open` marks questions as shown, and a yes is about questions that were shown. So the answer
  // must not open it again, or newer questions would count too.
  reopen: async (session) => {
    const waiting = await session.waiting();
    return stageFor(
      waiting.filter(({ shown }) => shown > 0),
      session,
    );
  },
};

function stageFor(all: readonly Question[], session: Session): Stage {
  const waiting = askedTogether(all).slice(0, MOST);
  if (waiting.length === 0) return done({ kind: 'questions', questions: [] });
  return {
    kind: 'asking',
    form: questionsForm(waiting, session),
    accept: (answers) => acceptAnswer(answers, { waiting, session }),
  };
}

function questionsForm(waiting: readonly Question[], { language, now }: Session): DataForm {
  const { commands } = language.forms;
  return {
    title: commands.questions.name,
    instructions: commands.questions.instructions,
    fields: [
      questionField(waiting, { language, now }),
      answerField(language),
      { type: 'hidden', name: 'shown', value: waiting.map(tokenOf).join(' ') },
    ],
  };
}

function questionField(
  waiting: readonly Question[],
  { language, now }: Pick<Session, 'language' | 'now'>,
): Field {
  const { fields, allQuestions, notes } = language.forms;
  const each = waiting.map((question) => ({
    value: String(question.number),
    label: questionLine(question, language, now),
  }));
  return {
    type: 'list-single',
    name: 'question',
    label: fields.question,
    isRequired: true,
    options: each.length === 1 ? each : [...each, { value: 'all', label: allQuestions }],
    values: each.slice(0, 1).map(({ value }) => value),
    ifWrong: notes.badQuestion,
  };
}

function answerField({ forms }: Language): Field {
  return {
    type: 'list-single',
    name: 'answer',
    label: forms.fields.answer,
    isRequired: true,
    options: ANSWERS.map((value) => ({ value, label: forms.answers[value] })),
    values: ANSWERS.slice(0, 1),
    ifWrong: forms.notes.badAnswer,
  };
}

async function acceptAnswer(
  answers: Answers,
  { waiting, session }: { readonly waiting: readonly Question[]; readonly session: Session },
): Promise<Outcome> {
  const { badQuestion, badAnswer } = session.language.forms.notes;
  const answer = oneOf(ANSWERS, answers, 'answer');
  if (answer === undefined) return wrong(badAnswer);
  const which = chosenNumbers(answers, waiting);
  if (which.length === 0) return wrong(badQuestion);
  return done(await session.perform({ kind: 'answer', answer, which }));
}

/**
 * The chosen questions, if they are still those of the form. A number that became free may belong
 * to another question now.
 */
function chosenNumbers(answers: Answers, waiting: readonly Question[]): readonly number[] {
  const chosen = textIn(answers, 'question');
  const shown = textIn(answers, 'shown')?.split(' ');
  return waiting
    .filter((question) => shown?.includes(tokenOf(question)) ?? true)
    .map(({ number }) => number)
    .filter((number) => chosen === 'all' || chosen === String(number));
}

function tokenOf({ number, from }: Question): string {
  return `${number}-${from}`;
}
