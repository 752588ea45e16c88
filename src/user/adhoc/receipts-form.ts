import { isStatus, type Status } from '../../message/status.ts';
import type { DataForm, Field } from '../../protocol/form.ts';
import { type Answers, flagIn, oneOf, textIn } from '../../protocol/form-answers.ts';
import {
  type Command,
  LANGUAGES,
  type LanguageCode,
  RECEIPT_STATUSES,
} from '../commands/command.ts';
import type { ReceiptsReply } from '../commands/reply.ts';
import { type Zone, zoneNamed } from '../commands/zone.ts';
import type { Forms } from '../text/forms.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF } from '../text/languages.ts';
import { readZone } from '../text/read-zone.ts';
import { unknownZoneText } from '../text/zone-text.ts';
import { type Dialog, done, performAll, wrong } from './dialog.ts';

const LANGUAGE_CHOICES = [...LANGUAGES, 'default'] as const;

/** Which receipts the user gets as a sender, and how. */
export const receipts: Dialog = {
  open: async ({ perform, language }) => {
    const present = await perform({ kind: 'show-receipts' });
    if (present.kind !== 'receipts') return done(present);
    return {
      kind: 'asking',
      form: receiptsForm(present, language),
      accept: async (answers) => {
        const zone = textIn(answers, 'zone');
        if (zone !== undefined && zoneCalled(zone) === undefined)
          return wrong(unknownZoneText(zone, language));
        return performAll(receiptsChanges(answers, present), { perform, present });
      },
    };
  },
};

function receiptsForm(present: ReceiptsReply, language: Language): DataForm {
  const { commands, fields, notes } = language.forms;
  return {
    title: commands.receipts.name,
    instructions: commands.receipts.instructions,
    fields: [
      statusesField('statuses', present.statuses, language),
      {
        type: 'boolean',
        name: 'text',
        label: fields.text,
        value: present.text,
        ifWrong: notes.badBoolean,
      },
      statusesField('inWords', present.inWords, language),
      languageField(present, language),
      zoneField(present, language),
    ],
  };
}

function statusesField(
  name: 'statuses' | 'inWords',
  present: readonly Status[],
  { forms, statusNames }: Language,
): Field {
  const options = RECEIPT_STATUSES.map((value) => ({ value, label: statusNames[value].name }));
  return {
    type: 'list-multi',
    name,
    label: forms.fields[name],
    options: [...options, { value: 'default', label: forms.asOperatorWants }],
    values: present.filter((status) => RECEIPT_STATUSES.includes(status)),
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

/** Empty: the user chose none. */
function zoneField({ zone: { zone, by } }: ReceiptsReply, { zone: texts }: Language): Field {
  const chosen = by === 'user' && zone !== undefined ? { value: zone } : {};
  return { type: 'text-single', name: 'zone', label: texts.field, ...chosen, ifWrong: texts.field };
}

function zoneCalled(written: string): Zone | undefined {
  return zoneNamed(readZone(written));
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
  const statuses = statusesIn(answers, 'statuses');
  if (statuses !== undefined && !isPresent(statuses, present))
    changes.push({ kind: 'set-receipts', statuses });
  changes.push(...wordsChanges(answers, present));
  const language = oneOf(LANGUAGE_CHOICES, answers, 'language');
  if (language !== undefined && language !== present.language)
    changes.push({ kind: 'set-language', language });
  return [...changes, ...zoneChanges(answers, present)];
}

/** A field that is left out stays as it was; one that comes back empty chooses none. */
function zoneChanges(answers: Answers, { zone: { zone, by } }: ReceiptsReply): readonly Command[] {
  if (!answers.has('zone')) return [];
  const written = textIn(answers, 'zone');
  const chosen = written === undefined ? 'default' : (zoneCalled(written) ?? written);
  const present = by === 'user' ? zone : 'default';
  return chosen === present ? [] : [{ kind: 'set-zone', zone: chosen }];
}

function wordsChanges(answers: Answers, present: ReceiptsReply): readonly Command[] {
  const text = flagIn(answers, 'text') ?? present.text;
  const statuses = statusesIn(answers, 'inWords');
  if (statuses !== undefined && !isSame(statuses, present.inWords))
    return [{ kind: 'set-text', text, statuses }];
  return text === present.text ? [] : [{ kind: 'set-text', text }];
}

/**
 * No value: the user wants no receipts. If `default` is among the values, the others do not count.
 */
function statusesIn(
  answers: Answers,
  name: 'statuses' | 'inWords',
): readonly Status[] | 'default' | undefined {
  const words = answers.get(name);
  if (words?.includes('default')) return 'default';
  return words?.filter(isStatus);
}

function isPresent(
  chosen: readonly Status[] | 'default',
  { statuses, isOwn }: ReceiptsReply,
): boolean {
  return chosen === 'default' ? !isOwn : isSame(chosen, statuses);
}

function isSame(chosen: readonly Status[] | 'default', present: readonly Status[]): boolean {
  if (chosen === 'default') return false;
  return RECEIPT_STATUSES.every((status) => chosen.includes(status) === present.includes(status));
}
