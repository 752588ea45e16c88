import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { LanguageCode } from '../../message/languages.ts';
import type { Policy } from '../../message/policy.ts';
import { STATUSES, type Status } from '../../message/status.ts';
import type { Millis } from '../../message/time.ts';
import type { WatchGoal } from '../../receipt/watch.ts';
import type { Zone } from './zone.ts';

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
  | WatchCommand
  | { readonly kind: 'show-receipts' }
  | { readonly kind: 'set-receipts'; readonly statuses: readonly Status[] | 'default' }
  | {
      readonly kind: 'set-text';
      readonly text: boolean | 'default';
      /** What is told in words from now on. Absent: as before. */
      readonly statuses?: readonly Status[] | 'default';
    }
  | { readonly kind: 'set-language'; readonly language: LanguageCode | 'default' }
  | { readonly kind: 'show-zone' }
  /** As it was written: it may be none. */
  | { readonly kind: 'set-zone'; readonly zone: string | 'default' }
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

/** One of the user's own messages. */
export type OwnMessage = Pick<MessageKey, 'recipient' | 'id'>;

export type WatchCommand =
  /** One message: that one, the last one, or the last one to that person. */
  | {
      readonly kind: 'watch';
      readonly message?: OwnMessage;
      readonly peer?: string;
      readonly goal: WatchGoal;
      readonly time: WatchTime;
    }
  /** Each message to that contact from now on; without a time, none of them any more. */
  | {
      readonly kind: 'watch-contact';
      readonly peer: string;
      readonly goal: WatchGoal;
      readonly ms: Millis | 'off';
    }
  | { readonly kind: 'watches' }
  | WatchAnswerCommand;

/** How long to wait, or until which time of day. */
export type WatchTime =
  | { readonly kind: 'within'; readonly ms: Millis }
  /** The next such time of day; `hour` may be 24. In the zone of who says it unless named. */
  | {
      readonly kind: 'at';
      readonly hour: number;
      readonly minute: number;
      readonly zone?: Zone;
    };

/** The answer to a notice that nothing came of a message in time. */
export interface WatchAnswerCommand {
  readonly kind: 'answer-notice';
  readonly answer: WatchAnswer;
  /** The id of the notice, if it is known which one is answered. */
  readonly notice?: string;
  readonly message?: OwnMessage;
  /** An address, or a name. */
  readonly peer?: string;
  /** How long to wait now; absent: as long as before. */
  readonly time?: WatchTime;
}

export type WatchAnswer = 'remind' | 'wait' | 'drop';

export type Answer = 'yes' | 'no' | 'later';

/** The statuses that a receipt can tell. `accepted` is told in answers to queries only. */
export const RECEIPT_STATUSES: readonly Status[] = STATUSES.filter(
  (status) => status !== 'accepted',
);

/** Which questions are answered. `only`: the user named none, so one sender must have asked. */
export type Which = readonly number[] | 'all' | 'only';

const WATCH_KINDS: readonly string[] = ['watch', 'watch-contact', 'watches', 'answer-notice'];

export function isWatchCommand(command: Command): command is WatchCommand {
  return WATCH_KINDS.includes(command.kind);
}
