import type { DataForm } from '../../protocol/form.ts';
import type { Answers } from '../../protocol/form-answers.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import { type Dialog, done, type Outcome, type Session, wrong } from './dialog.ts';
import { goalField, goalIn } from './goal-choice.ts';
import { lastMessages, messageFields, messageIn, peerFor } from './message-choice.ts';
import { lengthField, timeIn } from './time-choice.ts';

/** Watches one message. */
export const watch: Dialog = {
  open: async (session) => {
    const messages = await lastMessages(session);
    if (messages.length === 0) return done({ kind: 'status', receipts: [], unseen: [] });
    return {
      kind: 'asking',
      form: watchForm(messages, session),
      accept: (answers) => begin(answers, { messages, session }),
    };
  },
};

function watchForm(messages: readonly Receipt[], session: Session): DataForm {
  const { forms, watchForms } = session.language;
  return {
    title: forms.commands.watch.name,
    instructions: forms.commands.watch.instructions,
    fields: [
      ...messageFields(messages, session),
      goalField(session.language),
      lengthField(session.language),
      {
        type: 'text-single',
        name: 'time',
        label: watchForms.fields.otherTime,
        ifWrong: watchForms.watchNotes.badTime,
      },
    ],
  };
}

async function begin(
  answers: Answers,
  { messages, session }: { readonly messages: readonly Receipt[]; readonly session: Session },
): Promise<Outcome> {
  const chosen = messageIn(answers, messages, session);
  if (chosen.kind === 'wrong') return wrong(chosen.text);
  const time = timeIn(answers);
  if (time === undefined) return wrong(session.language.watchForms.watchNotes.badTime);
  const watched = { kind: 'watch', goal: goalIn(answers), time } as const;
  if (chosen.kind === 'one')
    return done(await session.perform({ ...watched, message: chosen.message }));
  const { to } = chosen;
  return done(
    await session.perform(to === undefined ? watched : { ...watched, peer: peerFor(to) }),
  );
}
