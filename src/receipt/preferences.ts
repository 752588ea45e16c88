import type { BareJid } from '../message/jid.ts';
import type { Policy } from '../message/policy.ts';
import type { Status } from '../message/status.ts';

/** What a user chose; what is absent is as the operator wants it. Persisted: names are never changed, only added. */
export interface Preferences {
  /** As a recipient: for all senders without an exception. */
  readonly policy?: Policy;
  /** As a recipient: by the sender's bare JID or domain. */
  readonly exceptions?: Readonly<Record<string, Policy>>;
  /** As a recipient: whether a sender is told of a no. */
  readonly tellDeclined?: boolean;
  /** As a sender: the receipts that are wanted. */
  readonly statuses?: readonly Status[];
  /** As a sender: whether receipts come in words too. */
  readonly text?: boolean;
  /** RFC 5646: the language of all that we write to this user. */
  readonly language?: string;
  /** The language that the user last wrote in, for as long as none is chosen. */
  readonly spoken?: string;
}

export const NO_PREFERENCES: Preferences = {};

/** The language that a user is to be written to in, if we know. */
export function languageTagOf({ language, spoken }: Preferences): string | undefined {
  return language ?? spoken;
}

/** Do receipts come in words too? The operator decides for those who chose nothing. */
export function wantsWords({ text }: Preferences, byDefault: boolean): boolean {
  return text ?? byDefault;
}

/** Whose preferences: a user of the configured domains. */
export type Owner = BareJid;
