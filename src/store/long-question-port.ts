import type { BareJid } from '../message/jid.ts';
import type { Awaitable } from './awaitable.ts';
import type { QuestionName } from './question-port.ts';
import type { AskedMessage, QuestionClaim } from './question-store.ts';

/**
 * What an adapter does for a question that is about very many messages: these are read page by page
 * and marked bit by bit.
 */
export interface LongQuestionPort {
  /** Shown messages of a question after that one, in the order of position, sender and id. */
  shownPage(
    question: QuestionName,
    after: AskedMessage,
    limit: number,
  ): Awaitable<readonly AskedMessage[]>;
  /** Messages that a recipient is asked about, after that one, in the order of sender and id. */
  messagesPage(
    recipient: BareJid,
    after: AskedMessage,
    limit: number,
  ): Awaitable<readonly AskedMessage[]>;
  /**
   * Shows so many messages of a question that would be claimed and has more than that to show.
   * Answers whether there was one: then there may be more, and `claim` would take long.
   */
  showSomeDue(claim: QuestionClaim, many: number): Awaitable<boolean>;
  /**
   * What `showSomeDue` does, before `show`: shows so many messages of a question that has more than
   * that to show.
   */
  showSome(recipient: BareJid, many: number): Awaitable<boolean>;
  /** The reverse, before `unask`: so many messages of these questions are shown no more. */
  hideSome(recipient: BareJid, numbers: readonly number[], many: number): Awaitable<boolean>;
}
