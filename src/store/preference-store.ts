import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Preferences } from '../receipt/preferences.ts';

/** The state of a domain's policies; each change that touches a policy makes the number greater. */
export interface PolicyVersion {
  /** Names the store: numbers of another one mean nothing here. */
  readonly epoch: string;
  readonly number: number;
}

/** What one account chose; nothing, if it did once and does no more. */
export interface Choice {
  readonly account: BareJid;
  readonly preferences: Preferences;
  /** The number of its last change to a policy. */
  readonly number: number;
}

export interface Changed {
  readonly preferences: Preferences;
  readonly version: PolicyVersion;
}

/** What users chose. */
export interface PreferenceStore {
  get(account: BareJid): Promise<Preferences>;
  /** Applies a pure function to what the account chose. */
  change(
    account: BareJid,
    { change, now }: { change: (before: Preferences) => Preferences; now: Millis },
  ): Promise<Changed>;
  /** How far the policies of a domain's users have come. */
  version(domain: string): Promise<PolicyVersion>;
  /** Accounts of a domain whose policy changed after that number, in the order of the numbers. */
  changedSince(domain: string, number: number, limit: number): Promise<readonly Choice[]>;
  /** Accounts of a domain that have a policy, in the order of the addresses, after that one. */
  withPolicy(domain: string, after: string, limit: number): Promise<readonly Choice[]>;
}
