import type { BareJid } from '../../message/jid.ts';
import type { Policy } from '../../message/policy.ts';
import type { Status } from '../../message/status.ts';
import type { Stamp } from '../../message/time.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { Patience, Watch } from '../../receipt/watch.ts';
import type { Why } from '../../receipt/why.ts';
import type { Question } from '../../store/question-store.ts';
import type { Backlog } from '../../store/upkeep-store.ts';
import type { Answer, LanguageCode } from './command.ts';
import type { ZoneInUse } from './zone-in-use.ts';

/** The result of a command. text/ turns it into words, adhoc/ into forms. */
export type Reply =
  | { readonly kind: 'help'; readonly isAdmin: boolean; readonly isAll: boolean }
  | PolicyReply
  /** The questions that wait. There may be none. */
  | { readonly kind: 'questions'; readonly questions: readonly Question[] }
  | {
      readonly kind: 'answered';
      readonly answer: Answer;
      readonly questions: readonly Question[];
      /** Are senders told when this user says no? */
      readonly isNoTold: boolean;
      /** It answers all that this contact will ask: the policy has an exception now. */
      readonly forGood?: { readonly contact: BareJid; readonly change: PolicyChange };
    }
  /** Several questions wait, and the user did not say which one. */
  | { readonly kind: 'which'; readonly questions: readonly Question[] }
  | {
      readonly kind: 'no-such-question';
      readonly number: number;
      readonly questions: readonly Question[];
    }
  /** The newest first. Empty: no such message is known. */
  | {
      readonly kind: 'status';
      readonly receipts: readonly Receipt[];
      /** Recipients whose presence the sender does not see, so that less is told. */
      readonly unseen: readonly BareJid[];
    }
  /** `undefined`: no such message is known. */
  | { readonly kind: 'why'; readonly why: Why | undefined }
  /** The name that was said fits these. */
  | { readonly kind: 'which-person'; readonly people: readonly string[] }
  | ReceiptsReply
  | ZoneReply
  | WatchReply
  | {
      readonly kind: 'statistics';
      readonly counts: Readonly<Record<string, number>>;
      readonly backlog: Backlog;
    }
  | { readonly kind: 'refused'; readonly because: Refusal };

export type PolicyChange = 'in-force' | 'kept' | 'not-promised';

export interface PolicyReply {
  readonly kind: 'policy';
  /** The policy for all senders without an exception. */
  readonly policy: Policy;
  /** Did the user choose it? If not, it is the operator's. */
  readonly isOwn: boolean;
  readonly exceptions: Readonly<Record<string, Policy>>;
  /** The operator has locked the policy: it holds even if the user chose another one. */
  readonly isLocked: boolean;
  readonly tellsDeclined: boolean;
  /**
   * How far a change has come. `in-force`: the server enforces it. `kept`: it is stored, and the
   * server gets it as soon as possible. `not-promised`: it is stored, and the server enforces it
   * for some of its users only.
   */
  readonly change?: PolicyChange;
}

export interface ReceiptsReply {
  readonly kind: 'receipts';
  readonly statuses: readonly Status[];
  readonly isOwn: boolean;
  readonly text: boolean;
  /** What is told in words, if anything is. */
  readonly inWords: readonly Status[];
  readonly language: LanguageCode;
  readonly zone: ZoneInUse;
  readonly isChanged: boolean;
}

export type ZoneReply =
  | { readonly kind: 'zone'; readonly inUse: ZoneInUse; readonly isChanged: boolean }
  | { readonly kind: 'no-such-zone'; readonly found: string };

/** A message that somebody watches, as people name it. */
export interface WatchedMessage extends Watch {
  /** The time of day when it was sent, and that of the deadline. */
  readonly messageTime: Stamp;
  readonly deadlineTime: Stamp;
}

export type WatchReply =
  | { readonly kind: 'watching'; readonly watch: WatchedMessage }
  | { readonly kind: 'not-watching'; readonly reason: 'too many' | 'too long' }
  | {
      readonly kind: 'watches';
      readonly watches: readonly WatchedMessage[];
      /** Nothing came of these in time: they may be answered. */
      readonly told: readonly WatchedMessage[];
      readonly contacts: Readonly<Record<string, Patience>>;
    }
  | {
      readonly kind: 'watched-contact';
      readonly contact: string;
      readonly patience: Patience | undefined;
    }
  /** The same words, whatever comes of it. */
  | { readonly kind: 'reminding'; readonly recipient: string }
  | { readonly kind: 'dropped'; readonly watch: WatchedMessage }
  | { readonly kind: 'no-notice' };

export type Refusal =
  | 'locked'
  | 'admins-only'
  | 'too-many-exceptions'
  | 'too-many-commands'
  | 'store-fails';
