import { isStatus, type Status } from '../../message/status.ts';
import type { DataForm, Field } from '../../protocol/form.ts';
import { type Answers, flagIn, oneOf } from '../../protocol/form-answers.ts';
import {
  type Command,
  LANGUAGES,
  type LanguageCode,
  RECEIPT_STATUSES,
} from '../commands/command.ts';
import type { ReceiptsReply } from '../commands/reply.ts';
import type { Forms } from '../text/forms.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF } from '../text/languages.ts';
import { type Dialog, done, performAll } from './dialog.ts';

const LANGUAGE_CHOICES = [...LANGUAGES, 'default'] as const;

/** Which receipts the user gets as a sender, and how. */
export const receipts: Dialog = {
  open: async ({ perform, language }) => {
    const present = await perform({ kind: 'show-receipts' });
    if (present.kind !== 'receipts') return done(present);
    return {
      kind: 'asking',
      form: receiptsForm(present, language),
      accept: (answers) => performAll(receiptsChanges(answers, present), { perform, present }),
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
  const options = RECEIPT_STATUSES.map((value) => ({ value, label: statusNames[value].name }));
  return {
    type: 'list-multi',
    name: 'statuses',
    label: forms.fields.statuses,
    options: [...options, { value: 'default', label: forms.asOperatorWants }],
    values: statuses.filter((status) => RECEIPT_STATUSES.includes(status)),
    ifWrong: forms.notes.badStatuses,
  };
}

function languageField({ language: present }: ReceiptsReply, { forms }: Language): Field {
  return {
    type: 'list-single',
    name: 'language',
    label: forms.fields.language,
    options: LANGUAGE_CHOICES.map((value) => ({ value, label: nameOf(value, forms) })),
    values: [present],
    ifWrong: forms.notes.badLanguage,
  };
}

function nameOf(value: LanguageCode | 'default', { asOperatorWants }: Forms): string {
  return value === 'default' ? asOperatorWants : LANGUAGE_OF[value].name;
}

/**
 * Only what differs. If the form comes back unchanged, the operator's choice must not become the
 * user's own.
 */
function receiptsChanges(answers: Answers, present: ReceiptsReply): readonly Command[] {
  const changes: Command[] = [];
  const statuses = statusesIn(answers);
  if (statuses !== undefined && !isPresent(statuses, present))
    changes.push({ kind: 'set-receipts', statuses });
  const text = flagIn(answers, 'text');
  if (text !== undefined && text !== present.text) changes.push({ kind: 'set-text', text });
  const language = oneOf(LANGUAGE_CHOICES, answers, 'language');
  if (language !== undefined && language !== present.language)
    changes.push({ kind: 'set-language', language });
  return changes;
}

/**
 * No value: the user wants no receipts. If `default` is among the values, the others do not count.
 */
function statusesIn(answers: Answers): readonly Status[] | 'default' | undefined {
  const words = answers.get('statuses');
  if (words?.includes('default')) return 'default';
  return words?.filter(isStatus);
}

function isPresent(
  chosen: readonly Status[] | 'default',
  { statuses, isOwn }: ReceiptsReply,
): boolean {
  if (chosen === 'default') return !isOwn;
  return RECEIPT_STATUSES.every((status) => chosen.includes(status) === statuses.includes(status));
}
