import type { HeldSettings, SharedSettings } from './shared-settings.ts';

/** A setting that some daemons have in another way. */
export interface Difference {
  readonly setting: keyof SharedSettings;
  /** What each daemon has, by its component. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What holds for all until they agree. */
  readonly holds: unknown;
}

export interface Settled {
  readonly component: string;
  readonly settings: SharedSettings;
}

/** The settings in which these daemons do not agree. */
export function differencesIn(all: readonly Settled[], held: HeldSettings): readonly Difference[] {
  const names = Object.keys(all[0]?.settings ?? {}) as (keyof SharedSettings)[];
  return names
    .filter((name) => differs(name, all))
    .map((setting) => ({
      setting,
      values: Object.fromEntries(
        all.map(({ component, settings }) => [component, settings[setting]]),
      ),
      holds: holding(setting, held),
    }));
}

/** An older daemon does not say a setting that is new. */
function differs(name: keyof SharedSettings, all: readonly Settled[]): boolean {
  const known = all.map(({ settings }) => settings[name]).filter((value) => value !== undefined);
  return new Set(known.map(wordsOf)).size > 1;
}

/** The order of a list says nothing. */
function wordsOf(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
}

/** Where only some lock the policy, users choose, and the lock is a bound for them. */
function holding(setting: keyof SharedSettings, held: HeldSettings): unknown {
  return setting === 'policy.locked'
    ? `no choice is looser than ${held['policy.atMost']}`
    : held[setting];
}
