import type { Millis } from '../../message/time.ts';
import type { DataForm, Field } from '../../protocol/form.ts';
import { type Answers, textIn } from '../../protocol/form-answers.ts';
import type { Patience } from '../../receipt/watch.ts';
import type { Language } from '../text/language.ts';
import { firstPartOf } from '../text/text-parts.ts';
import { ruleLines } from '../text/watch-text.ts';
import { type Dialog, done, type Outcome, type Session, wrong } from './dialog.ts';
import { goalField, goalIn } from './goal-choice.ts';
import { contactOf, peerFor } from './message-choice.ts';
import { lengthField, timeIn } from './time-choice.ts';

const OFF = 'off';

type Rules = Readonly<Record<string, Patience>>;

/** Watches each message to a contact, or none any more. */
export const watchContact: Dialog = {
  open: async (session) => {
    const present = await session.perform({ kind: 'watches' });
    if (present.kind !== 'watches') return done(present);
    return {
      kind: 'asking',
      form: ruleForm(present.contacts, session.language),
      accept: (answers) => setRule(answers, session),
    };
  },
};

function ruleForm(rules: Rules, language: Language): DataForm {
  const { forms, watchForms } = language;
  const { fields, watchNotes, watchNoMore } = watchForms;
  return {
    title: forms.commands['watch-contact'].name,
    instructions: forms.commands['watch-contact'].instructions,
    fields: [
      ...ruleFields(rules, language),
      {
        type: 'jid-single',
        name: 'contact',
        label: fields.watchedContact,
        isRequired: true,
        ifWrong: watchNotes.badContact,
      },
      goalField(language),
      lengthField(language, [{ value: OFF, label: watchNoMore }]),
      {
        type: 'text-single',
        name: 'time',
        label: fields.otherLength,
        ifWrong: watchNotes.badLength,
      },
    ],
  };
}

function ruleFields(rules: Rules, language: Language): readonly Field[] {
  const lines = ruleLines(rules, language);
  const text = [language.watchForms.fields.watchedSoFar, ...lines].join('\n');
  return lines.length === 0 ? [] : [{ type: 'fixed', text: firstPartOf(text, language) }];
}

async function setRule(answers: Answers, { perform, language }: Session): Promise<Outcome> {
  const { badContact, badLength } = language.watchForms.watchNotes;
  const contact = contactOf(textIn(answers, 'contact'));
  if (contact === undefined) return wrong(badContact);
  const ms = lengthIn(answers);
  if (ms === undefined) return wrong(badLength);
  const peer = peerFor(contact);
  return done(await perform({ kind: 'watch-contact', peer, goal: goalIn(answers), ms }));
}

/** A rule holds on each day, so a time of day is no length. */
function lengthIn(answers: Answers): Millis | 'off' | undefined {
  const isOff = textIn(answers, 'length') === OFF && textIn(answers, 'time') === undefined;
  if (isOff) return 'off';
  const time = timeIn(answers);
  return time?.kind === 'within' ? time.ms : undefined;
}
