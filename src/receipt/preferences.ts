import type { BareJid } from '../message/jid.ts';
import type { Policy } from '../message/policy.ts';
import type { Status } from '../message/status.ts';
import type { Rules } from './rules.ts';
import type { Patience } from './watch.ts';

/**
 * What a user chose. For what is absent, the operator's choice holds. Persisted: names are never
 * changed, only added.
 */
export interface Preferences {
  /** As a recipient: the policy for all senders without an exception. */
  readonly policy?: Policy;
  /** As a recipient: the policy for some senders, by their bare JID or domain. */
  readonly exceptions?: Readonly<Record<string, Policy>>;
  /** As a recipient: are senders told when the answer is no? */
  readonly tellDeclined?: boolean;
  /** As a sender: the statuses to get receipts for. */
  readonly statuses?: readonly Status[];
  /** As a sender: is some of it also told in words? */
  readonly text?: boolean;
  /** As a sender: the statuses that are told in words. */
  readonly inWords?: readonly Status[];
  /** As a sender: contacts whose every message is watched. */
  readonly watched?: Readonly<Record<string, Patience>>;
  /** RFC 5646: the language of all that we write to this user. */
  readonly language?: string;
  /** The language that the user last wrote in. It is used while no language is chosen. */
  readonly spoken?: string;
  /** The time zone in which times are told: an IANA name, or an offset such as `+05:30`. */
  readonly zone?: string;
  /** The bot has said to this user who it is. */
  readonly introduced?: true;
}

export const NO_PREFERENCES: Preferences = {};

/** The language to write to this user in, if known. */
export function languageTagOf({ language, spoken }: Preferences): string | undefined {
  return language ?? spoken;
}

/** Is some of it also told in words? The operator decides for users who chose nothing. */
export function wantsWords({ text }: Preferences, byDefault: boolean): boolean {
  return text ?? byDefault;
}

/** What is told in words: of the operator's choice, no more than is told at all. */
export function statusesInWords(
  { inWords, statuses }: Preferences,
  rules: Pick<Rules, 'statuses' | 'words'>,
): readonly Status[] {
  const told = statuses ?? rules.statuses;
  return inWords ?? rules.words.statuses.filter((status) => told.includes(status));
}

/** A user who has preferences: one of the configured domains. */
export type Owner = BareJid;
