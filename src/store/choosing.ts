import { type BareJid, domainOf } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { NO_PREFERENCES, type Preferences } from '../receipt/preferences.ts';
import type { ChosenBefore, PreferencePort } from './preference-port.ts';
import type { Changed, Enforced, TakingIn } from './preference-store.ts';

export interface ChangeOfPreferences {
  /** A pure function of what the account chose. */
  readonly change: (before: Preferences) => Preferences;
  readonly now: Millis;
}

export async function preferencesOf(rows: PreferencePort, account: BareJid): Promise<Preferences> {
  return (await rows.chosenBy(account))?.preferences ?? NO_PREFERENCES;
}

/** Servers hear of an account again only if its policy is another one. */
export async function changePreferences(
  rows: PreferencePort,
  account: BareJid,
  { change, now }: ChangeOfPreferences,
): Promise<Changed> {
  const before = await preferencesOf(rows, account);
  const preferences = change(before);
  const isOtherPolicy = policyText(before) !== policyText(preferences);
  await rows.put(account, { preferences, changed: now, isOtherPolicy });
  return { preferences, version: await rows.version(domainOf(account)) };
}

/** What an account chose up to that time goes. */
export async function forgetPreferences(
  rows: PreferencePort,
  account: BareJid,
  until: Millis,
): Promise<void> {
  const chosen = await rows.chosenBy(account);
  if (chosen === undefined || chosen.changed > until) return;
  await changePreferences(rows, account, { change: () => NO_PREFERENCES, now: until });
}

/** What a server enforces, for the accounts of which we know less. */
export async function takeInPolicies(
  rows: PreferencePort,
  enforced: readonly Enforced[],
  taking: TakingIn,
): Promise<readonly BareJid[]> {
  const changed: BareJid[] = [];
  for (const { account, policies } of enforced) {
    const before = await rows.chosenBy(account);
    const preferences = takenIn(before, policies, taking);
    if (policyText(before?.preferences ?? NO_PREFERENCES) === policyText(preferences)) continue;
    await rows.put(account, { preferences, changed: taking.now, isOtherPolicy: true });
    changed.push(account);
  }
  return changed;
}

function takenIn(
  before: ChosenBefore | undefined,
  policies: Enforced['policies'],
  { merge }: TakingIn,
): Preferences {
  if (before === undefined || before.number === 0) return { ...before?.preferences, ...policies };
  // Newer than whatever the server holds.
  if (before.isOfThisOpening) return before.preferences;
  return merge(before.preferences, policies);
}

function policyText({ policy, exceptions = {} }: Preferences): string {
  return JSON.stringify([policy, Object.entries(exceptions).toSorted()]);
}
