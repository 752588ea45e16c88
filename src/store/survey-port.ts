import type { BareJid } from '../message/jid.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { KeptPage, Place } from './record-store.ts';
import type { SurveyStore } from './survey-store.ts';

/** What an adapter looks for when an operator asks about many messages. */
export interface SurveyPort extends Within<Pick<SurveyStore, 'countBefore' | 'waitingReceipts'>> {
  /** The accepted messages that a person sent, then those that the person got from others. */
  messagesOf(account: BareJid, after: Place | undefined, limit: number): Awaitable<KeptPage>;
}
