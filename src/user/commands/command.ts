import type { BareJid } from '../../message/jid.ts';
import type { LanguageCode } from '../../message/languages.ts';
import type { Policy } from '../../message/policy.ts';
import { STATUSES, type Status } from '../../message/status.ts';

/**
 * What a user can tell us to do, by a message to the bot or by an ad-hoc command. `default`: the
 * operator's choice.
 */
export type Command =
  /** In a few lines, unless all is asked for. */
  | { readonly kind: 'help'; readonly isAll?: true }
  | { readonly kind: 'show-policy' }
  | { readonly kind: 'set-policy'; readonly policy: Policy | 'default' }
  | { readonly kind: 'set-exception'; readonly peer: string; readonly policy: Policy | 'default' }
  | { readonly kind: 'tell-declined'; readonly tells: boolean | 'default' }
  | { readonly kind: 'questions' }
  | AnswerCommand
  | StatusCommand
  | WhyCommand
  | { readonly kind: 'show-receipts' }
  | { readonly kind: 'set-receipts'; readonly statuses: readonly Status[] | 'default' }
  | {
      readonly kind: 'set-text';
      readonly text: boolean | 'default';
      /** What is told in words from now on. Absent: as before. */
      readonly statuses?: readonly Status[] | 'default';
    }
  | { readonly kind: 'set-language'; readonly language: LanguageCode | 'default' }
  | { readonly kind: 'statistics' };

export { LANGUAGES, type LanguageCode } from '../../message/languages.ts';

export interface AnswerCommand {
  readonly kind: 'answer';
  readonly answer: Answer;
  readonly which: Which;
  /** The answer to all that this sender will ask: it becomes an exception of the policy. */
  readonly forGood?: true;
}

export interface StatusCommand {
  readonly kind: 'status';
  readonly recipient?: BareJid;
  /** The nickname of an occupant, where the recipient is a room; a device otherwise. */
  readonly resource?: string;
  readonly id?: string;
}

/** Why was nothing heard of a message? Of the last one, unless it is named. */
export interface WhyCommand extends Omit<StatusCommand, 'kind'> {
  readonly kind: 'why';
  /** What stands before the @ of the recipient, or how it begins. */
  readonly name?: string;
}

export type Answer = 'yes' | 'no' | 'later';

/** The statuses that a receipt can tell. `accepted` is told in answers to queries only. */
export const RECEIPT_STATUSES: readonly Status[] = STATUSES.filter(
  (status) => status !== 'accepted',
);

/** Which questions are answered. `only`: the user named none, so one sender must have asked. */
export type Which = readonly number[] | 'all' | 'only';
