import type { Policy } from '../message/policy.ts';
import type { Status } from '../message/status.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Question } from '../store/question-store.ts';
import type { Backlog } from '../store/store.ts';
import type { Answer, LanguageCode } from './command.ts';

/** What came of a command; text/ puts it in words, adhoc/ in forms. */
export type Reply =
  | { readonly kind: 'help'; readonly isAdmin: boolean }
  | PolicyReply
  /** Questions that wait, perhaps none. */
  | { readonly kind: 'questions'; readonly questions: readonly Question[] }
  | {
      readonly kind: 'answered';
      readonly answer: Answer;
      readonly questions: readonly Question[];
      /** Do senders learn of this user's no? */
      readonly isNoTold: boolean;
    }
  /** Several wait and none was named. */
  | { readonly kind: 'which'; readonly questions: readonly Question[] }
  | {
      readonly kind: 'no-such-question';
      readonly number: number;
      readonly questions: readonly Question[];
    }
  /** The newest first; empty: none is known. */
  | { readonly kind: 'status'; readonly receipts: readonly Receipt[] }
  | ReceiptsReply
  | {
      readonly kind: 'statistics';
      readonly counts: Readonly<Record<string, number>>;
      readonly backlog: Backlog;
    }
  | { readonly kind: 'refused'; readonly because: Refusal };

/** What the user allows senders to know. */
export interface PolicyReply {
  readonly kind: 'policy';
  /** In force for who is not among the exceptions. */
  readonly policy: Policy;
  /** The user's own choice, or the operator's? */
  readonly isOwn: boolean;
  readonly exceptions: Readonly<Record<string, Policy>>;
  /** The operator decides, whatever the user chose. */
  readonly isLocked: boolean;
  readonly tellsDeclined: boolean;
  /** After a change: whether the server is known to enforce it by now. It will, as soon as it is connected. */
  readonly change?: 'in-force' | 'kept';
}

/** Which receipts the user wants as a sender, and how. */
export interface ReceiptsReply {
  readonly kind: 'receipts';
  readonly statuses: readonly Status[];
  readonly isOwn: boolean;
  readonly text: boolean;
  readonly language: LanguageCode;
  readonly isChanged: boolean;
}

export type Refusal =
  | 'locked'
  | 'admins-only'
  | 'too-many-exceptions'
  | 'too-many-commands'
  | 'store-fails';
