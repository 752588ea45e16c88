import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { PreferenceStore } from './preference-store.ts';

/**
 * What an adapter does for preferences: the verbs of the store with the same names promise the
 * same.
 */
export interface PreferencePort
  extends Within<
    Pick<PreferenceStore, 'lastNumberOf' | 'version' | 'changedSince' | 'withPolicy'>
  > {
  /** What the account chose last; `undefined`: it never chose anything. */
  chosenBy(account: BareJid): Awaitable<ChosenBefore | undefined>;
  /**
   * Keeps what the account chose, in the place of what it chose before. Another policy gets the
   * next number of the store; otherwise the account keeps its number.
   */
  put(account: BareJid, chosen: Chosen & { readonly isOtherPolicy: boolean }): Awaitable<void>;
}

export interface ChosenBefore extends Chosen {
  /** The number of the account's last change to a policy; 0: it never had one. */
  readonly number: number;
  /** Is that change one of this opening of the store? */
  readonly isOfThisOpening: boolean;
}

/** What an account chose, and when it last did. */
export interface Chosen {
  readonly preferences: Preferences;
  readonly changed: Millis;
}
