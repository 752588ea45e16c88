import { type Command, LANGUAGES } from '../commands/command.ts';
import type { ReceiptsReply } from '../commands/reply.ts';
import { isStatus, STATUSES, type Status } from '../message/status.ts';
import { type Answers, type DataForm, type Field, flagIn, oneOf } from '../protocol/data-form.ts';
import type { Language } from '../text/language.ts';
import { type Dialog, done, performAll } from './dialog.ts';

/** `accepted` is told in answers to queries only. */
const TOLD = STATUSES.filter(isTold);
const LANGUAGE_CHOICES = [...LANGUAGES, 'default'] as const;

/** Which receipts the user gets as a sender, and how. */
export const receipts: Dialog = {
  open: async ({ perform, language }) => {
    const present = await perform({ kind: 'show-receipts' });
    if (present.kind !== 'receipts') return done(present);
    return {
      kind: 'asking',
      form: receiptsForm(present, language),
      accept: (answers) => performAll(changesIn(answers, present), { perform, present }),
    };
  },
};

function receiptsForm(present: ReceiptsReply, language: Language): DataForm {
  const { commands, fields, notes } = language.forms;
  return {
    title: commands.receipts.name,
    instructions: commands.receipts.instructions,
    fields: [
      statusesField(present, language),
      {
        type: 'boolean',
        name: 'text',
        label: fields.text,
        value: present.text,
        ifWrong: notes.badBoolean,
      },
      languageField(present, language),
    ],
  };
}

function statusesField({ statuses }: ReceiptsReply, { forms, statusNames }: Language): Field {
  const options = TOLD.map((value) => ({ value, label: statusNames[value].name }));
  return {
    type: 'list-multi',
    name: 'statuses',
    label: forms.fields.statuses,
    options: [...options, { value: 'default', label: forms.asOperatorWants }],
    values: statuses.filter(isTold),
    ifWrong: forms.notes.badStatuses,
  };
}

function languageField({ language: present }: ReceiptsReply, { forms }: Language): Field {
  return {
    type: 'list-single',
    name: 'language',
    label: forms.fields.language,
    options: LANGUAGE_CHOICES.map((value) => ({ value, label: forms.languages[value] })),
    values: [present],
    ifWrong: forms.notes.badLanguage,
  };
}

/** Only what differs: to send a form back as it came makes nobody's default their own choice. */
function changesIn(answers: Answers, present: ReceiptsReply): readonly Command[] {
  const changes: Command[] = [];
  const statuses = statusesIn(answers);
  if (statuses !== undefined && !isSame(statuses, present))
    changes.push({ kind: 'set-receipts', statuses });
  const text = flagIn(answers, 'text');
  if (text !== undefined && text !== present.text) changes.push({ kind: 'set-text', text });
  const language = oneOf(LANGUAGE_CHOICES, answers, 'language');
  if (language !== undefined && language !== present.language)
    changes.push({ kind: 'set-language', language });
  return changes;
}

/** No value at all: none is wanted. `default` goes before what is chosen beside it. */
function statusesIn(answers: Answers): readonly Status[] | 'default' | undefined {
  const words = answers.get('statuses');
  if (words?.includes('default')) return 'default';
  return words?.filter(isStatus);
}

function isSame(
  chosen: readonly Status[] | 'default',
  { statuses, isOwn }: ReceiptsReply,
): boolean {
  if (chosen === 'default') return !isOwn;
  return TOLD.every((status) => chosen.includes(status) === statuses.includes(status));
}

function isTold(status: Status): boolean {
  return status !== 'accepted';
}
