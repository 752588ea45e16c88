import type { DataForm, Field } from '../../protocol/form.ts';
import { type Answers, oneOf, textIn } from '../../protocol/form-answers.ts';
import type { OwnMessage } from '../commands/command.ts';
import type { WatchedMessage, WatchReply } from '../commands/reply.ts';
import type { Language } from '../text/language.ts';
import { timeAlone } from '../text/read-time.ts';
import { watchedLines } from '../text/watch-text.ts';
import { type Dialog, done, type Outcome, type Session, wrong } from './dialog.ts';
import { tokenOf } from './message-choice.ts';

type Watches = Extract<WatchReply, { kind: 'watches' }>;

/**
 * Some clients show no options unless one is chosen. We choose the first one, so it must do no
 * harm.
 */
const CHOICES = ['keep', 'remind', 'wait', 'drop'] as const;

/** What is watched, and what becomes of it. */
export const watches: Dialog = {
  open: async (session) => {
    const present = await session.perform({ kind: 'watches' });
    if (present.kind !== 'watches' || allOf(present).length === 0) return done(present);
    return {
      kind: 'asking',
      form: watchesForm(present, session),
      accept: (answers) => answer(answers, { present, session }),
    };
  },
};

/** Those that may be answered come first. */
function allOf({ told, watches }: Watches): readonly WatchedMessage[] {
  return [...told, ...watches];
}

function watchesForm(present: Watches, session: Session): DataForm {
  const { forms, watchForms } = session.language;
  return {
    title: forms.commands.watches.name,
    instructions: forms.commands.watches.instructions,
    fields: [
      watchedField(present, session),
      whatToDoField(session.language),
      {
        type: 'text-single',
        name: 'time',
        label: watchForms.fields.howMuchLonger,
        ifWrong: watchForms.watchNotes.badTime,
      },
    ],
  };
}

function watchedField({ told, watches }: Watches, { language, now }: Session): Field {
  const { fields, watchNotes, told: withTold } = language.watchForms;
  const lines = [
    ...watchedLines(told, language, now).map(withTold),
    ...watchedLines(watches, language, now),
  ];
  const options = [...told, ...watches].map(({ key }, index) => ({
    value: tokenOf(key),
    label: lines[index] ?? '',
  }));
  return {
    type: 'list-single',
    name: 'message',
    label: fields.message,
    isRequired: true,
    options,
    values: options.slice(0, 1).map(({ value }) => value),
    ifWrong: watchNotes.badMessage,
  };
}

function whatToDoField({ watchForms }: Language): Field {
  return {
    type: 'list-single',
    name: 'answer',
    label: watchForms.fields.whatToDo,
    options: CHOICES.map((value) => ({ value, label: watchForms.watchAnswers[value] })),
    values: CHOICES.slice(0, 1),
    ifWrong: watchForms.watchNotes.badChoice,
  };
}

interface Answering {
  readonly present: Watches;
  readonly session: Session;
}

async function answer(answers: Answers, { present, session }: Answering): Promise<Outcome> {
  const choice = oneOf(CHOICES, answers, 'answer') ?? 'keep';
  if (choice === 'keep') return done(present);
  const message = chosenIn(answers, present);
  const { badMessage, badTime } = session.language.watchForms.watchNotes;
  if (message === undefined) return wrong(badMessage);
  const answering = { kind: 'answer-notice', answer: choice, message } as const;
  const written = choice === 'wait' ? textIn(answers, 'time') : undefined;
  if (written === undefined) return done(await session.perform(answering));
  const time = timeAlone(written);
  return time === undefined ? wrong(badTime) : done(await session.perform({ ...answering, time }));
}

function chosenIn(answers: Answers, present: Watches): OwnMessage | undefined {
  const token = textIn(answers, 'message');
  const chosen = allOf(present).find(({ key }) => tokenOf(key) === token)?.key;
  return chosen && { recipient: chosen.recipient, id: chosen.id };
}
