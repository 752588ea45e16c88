import { type Policy, strictest } from '../message/policy.ts';
import { STATUSES, type Status } from '../message/status.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Disclosure, Rules } from './rules.ts';

/**
 * Settings that daemons of one store must have alike, since each of them judges messages of the
 * users of all. Persisted, under their names in the settings: names are never changed, only added.
 */
export interface SharedSettings {
  readonly 'policy.default': Policy;
  readonly 'policy.locked': boolean;
  readonly 'policy.tellDeclined': boolean;
  readonly disclosure: Disclosure;
  readonly 'receipts.statuses': readonly Status[];
  readonly 'receipts.graceMs': Millis;
  readonly 'receipts.text': boolean;
  readonly 'receipts.textStatuses': readonly Status[];
  readonly 'receipts.textStoredAfterMs': Millis;
  readonly 'receipts.expireAfterMs': Millis;
  readonly retentionDays: number;
  readonly 'questions.expireAfterMs': Millis;
}

/** What holds where some daemons lock the policy, and others do not: a bound for all. */
export interface HeldSettings extends SharedSettings {
  /** No policy is looser, whatever a user chose. */
  readonly 'policy.atMost': Policy;
}

type Stricter = {
  readonly [Name in keyof HeldSettings]: (
    one: HeldSettings[Name],
    other: HeldSettings[Name],
  ) => HeldSettings[Name];
};

const both = (one: boolean, other: boolean) => one && other;

/** Of each setting the value that tells less, later, or keeps for less long. */
const STRICTER: Stricter = {
  'policy.default': strictest,
  // A choice that is stricter than the lock of another daemon stays one.
  'policy.locked': both,
  'policy.atMost': strictest,
  'policy.tellDeclined': both,
  disclosure: narrower,
  'receipts.statuses': common,
  'receipts.graceMs': Math.max,
  'receipts.text': both,
  'receipts.textStatuses': common,
  'receipts.textStoredAfterMs': Math.max,
  'receipts.expireAfterMs': Math.max,
  retentionDays: Math.min,
  'questions.expireAfterMs': Math.min,
};

function common(one: readonly Status[], other: readonly Status[]): readonly Status[] {
  return STATUSES.filter((status) => one.includes(status) && other.includes(status));
}

/** The strictest first. */
const DISCLOSURES: readonly Disclosure[] = ['subscribers', 'domain', 'everyone'];

function narrower(one: Disclosure, other: Disclosure): Disclosure {
  return DISCLOSURES.indexOf(one) < DISCLOSURES.indexOf(other) ? one : other;
}

/** The settings of one daemon, as they hold if there is no other. */
export function heldAlone(settings: SharedSettings): HeldSettings {
  const { 'policy.default': byDefault, 'policy.locked': isLocked } = settings;
  return { ...settings, 'policy.atMost': isLocked ? byDefault : 'automatic' };
}

/** The stricter of two of each setting. */
export function stricterSettings(one: HeldSettings, other: HeldSettings): HeldSettings {
  const names = Object.keys(STRICTER) as (keyof HeldSettings)[];
  const held = names.map((name) => [name, stricterValue(name, one, other)] as const);
  return Object.fromEntries(held) as unknown as HeldSettings;
}

/** An older daemon does not say a setting that is new. */
function stricterValue<Name extends keyof HeldSettings>(
  name: Name,
  one: HeldSettings,
  other: HeldSettings,
): HeldSettings[Name] {
  if (one[name] === undefined) return other[name];
  if (other[name] === undefined) return one[name];
  return STRICTER[name](one[name], other[name]);
}

const DAY: Stamp = 86_400_000_000;

/** The rules of judging that follow. They count in microseconds, as the servers' stamps do. */
export function rulesFrom(held: HeldSettings, domains: readonly string[]): Rules {
  return {
    domains,
    statuses: held['receipts.statuses'],
    words: {
      byDefault: held['receipts.text'],
      statuses: held['receipts.textStatuses'],
      storedAfter: held['receipts.textStoredAfterMs'] * 1000,
    },
    grace: held['receipts.graceMs'] * 1000,
    expireAfter: held['receipts.expireAfterMs'] * 1000,
    keptFor: held.retentionDays * DAY,
    policy: {
      default: held['policy.default'],
      locked: held['policy.locked'],
      tellDeclined: held['policy.tellDeclined'],
      atMost: held['policy.atMost'],
    },
    disclosure: held.disclosure,
  };
}
