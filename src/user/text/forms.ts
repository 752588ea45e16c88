import type { Policy } from '../../message/policy.ts';
import type { Answer } from '../commands/command.ts';
import type { WatchFormName } from './watch-forms.ts';

/** The names of the commands (XEP-0050) and of the fields of their forms. */
export interface Forms {
  readonly service: string;
  readonly bot: string;
  /** What the bot is for, in its card. */
  readonly about: string;
  readonly commands: Readonly<Record<FormName, FormTexts>>;
  readonly fields: Readonly<Record<FieldName, string>>;
  readonly policies: Readonly<Record<Policy | 'default', string>>;
  readonly answers: Readonly<Record<Answer, string>>;
  readonly allQuestions: string;
  /** The choice of the operator's default, for a yes-or-no question or a list. */
  readonly asOperatorWants: string;
  readonly notes: Readonly<Record<FormNote, string>>;
}

export interface FormTexts {
  /** The name in the list of commands, which is also the title of the form. */
  readonly name: string;
  readonly instructions: string;
}

export type FormName =
  | 'policy'
  | 'contact-policy'
  | 'questions'
  | 'status'
  | 'receipts'
  | 'help'
  | 'statistics'
  | WatchFormName;

export type FieldName =
  | 'policy'
  | 'peer'
  | 'exceptions'
  | 'tellDeclined'
  | 'question'
  | 'answer'
  | 'recipient'
  | 'id'
  | 'statuses'
  | 'status'
  | 'at'
  | 'condition'
  | 'text'
  | 'inWords'
  | 'language';

export type FormNote =
  | 'canceled'
  | 'badPolicy'
  | 'badPeer'
  | 'badQuestion'
  | 'badAnswer'
  | 'badRecipient'
  | 'badStatuses'
  | 'badBoolean'
  | 'badLanguage'
  | 'forbidden';
