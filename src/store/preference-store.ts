import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Preferences } from '../receipt/preferences.ts';

/** The state of a domain's policies; each change that touches a policy makes the number greater. */
export interface PolicyVersion {
  /**
   * Names this opening of this store, by a daemon of our component: numbers of another store, or of
   * a copy, mean nothing here.
   */
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

/** What a server enforces for one account. */
export interface Enforced {
  readonly account: BareJid;
  readonly policies: Pick<Preferences, 'policy' | 'exceptions'>;
}

export interface TakingIn {
  /** What holds where both sides chose something. A pure function. */
  readonly merge: (ours: Preferences, theirs: Enforced['policies']) => Preferences;
  readonly now: Millis;
}

export interface Changed {
  readonly preferences: Preferences;
  readonly version: PolicyVersion;
}

/** What users chose. */
export interface PreferenceStore {
  /** What the account chose; empty, if it never chose anything. */
  get(account: BareJid): Promise<Preferences>;
  /**
   * Applies a pure function to what the account chose, and keeps what comes of it. The function may
   * be called more than once. The version of the account's domain rises only if the policy or an
   * exception is another one. Answers with what holds now.
   */
  change(
    account: BareJid,
    { change, now }: { change: (before: Preferences) => Preferences; now: Millis },
  ): Promise<Changed>;
  /**
   * Keeps what a server enforces and this store does not know. Who never chose a policy here gets
   * that of the server; who chose one since this store was opened keeps it; of all others both
   * count. Answers with the accounts whose policy is another one now.
   */
  takeIn(enforced: readonly Enforced[], taking: TakingIn): Promise<readonly BareJid[]>;
  /**
   * The greatest number that was given out in that opening, which ends when a daemon of the same
   * component opens the store again; `undefined`: it is not one of this store.
   */
  lastNumberOf(epoch: string): Promise<number | undefined>;
  /** The version of a domain's policies now. Number 0: none of its users ever chose one. */
  version(domain: string): Promise<PolicyVersion>;
  /** Accounts of a domain whose policy changed after that number, in the order of the numbers. */
  changedSince(domain: string, number: number, limit: number): Promise<readonly Choice[]>;
  /**
   * Accounts of a domain that ever chose a policy, in the order of the addresses, after that one. A
   * choice among them may be empty by now.
   */
  withPolicy(domain: string, after: string, limit: number): Promise<readonly Choice[]>;
}
