import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import { STATUSES } from '../../src/message/status.ts';
import { policyFor } from '../../src/receipt/consent.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { differencesIn } from '../../src/receipt/setting-differences.ts';
import {
  type HeldSettings,
  heldAlone,
  rulesFrom,
  type SharedSettings,
  stricterSettings,
} from '../../src/receipt/shared-settings.ts';

const DISCLOSURES = ['subscribers', 'domain', 'everyone'] as const;
const ALICE = 'alice@a.test' as BareJid;

const policies = fc.constantFrom(...POLICIES);

const settings: fc.Arbitrary<SharedSettings> = fc.record({
  'policy.default': policies,
  'policy.locked': fc.boolean(),
  'policy.tellDeclined': fc.boolean(),
  disclosure: fc.constantFrom(...DISCLOSURES),
  'receipts.statuses': fc.subarray([...STATUSES]),
  'receipts.graceMs': fc.nat(10_000),
  'receipts.text': fc.boolean(),
  'receipts.textStatuses': fc.subarray([...STATUSES]),
  'receipts.textStoredAfterMs': fc.nat(10_000),
  'receipts.expireAfterMs': fc.integer({ min: 1000, max: 1_000_000 }),
  retentionDays: fc.integer({ min: 1, max: 90 }),
  'questions.expireAfterMs': fc.integer({ min: 1000, max: 1_000_000 }),
});

const held = settings.map(heldAlone);

const choices: fc.Arbitrary<Preferences> = fc.record(
  { policy: policies, exceptions: fc.dictionary(fc.constantFrom(ALICE, 'a.test'), policies) },
  { requiredKeys: [] },
);

const looseness = (policy: Policy) => POLICIES.indexOf(policy);

describe('the stricter of the settings of several daemons', () => {
  test('does not depend on their order, nor on who is asked first or twice', () => {
    fc.assert(
      fc.property(held, held, held, (one, other, third) => {
        expect(stricterSettings(one, other)).toEqual(stricterSettings(other, one));
        expect(stricterSettings(stricterSettings(one, other), third)).toEqual(
          stricterSettings(one, stricterSettings(other, third)),
        );
        expect(stricterSettings(one, one)).toEqual(one);
      }),
    );
  });

  test('is for no user and no sender looser than the settings of any daemon', () => {
    fc.assert(
      fc.property(settings, settings, choices, (one, other, chosen) => {
        const all = rulesFrom(stricterSettings(heldAlone(one), heldAlone(other)), []);
        const theirs = [one, other].map((it) => rulesFrom(heldAlone(it), []));
        for (const rules of theirs)
          expect(looseness(policyFor(ALICE, chosen, all))).toBeLessThanOrEqual(
            looseness(policyFor(ALICE, chosen, rules)),
          );
      }),
    );
  });

  test('tells no more, no earlier and for no longer than any of them', () => {
    fc.assert(
      fc.property(settings, settings, (one, other) => {
        const all = stricterSettings(heldAlone(one), heldAlone(other));
        for (const its of [one, other]) expectNoLooser(all, its);
      }),
    );
  });

  test('is that of each of them where they agree, and then no difference is named', () => {
    fc.assert(
      fc.property(settings, (its) => {
        const both = ['a.test', 'b.test'].map((component) => ({ component, settings: its }));
        const all = stricterSettings(heldAlone(its), heldAlone(its));
        expect(all).toEqual(heldAlone(its));
        expect(differencesIn(both, all)).toEqual([]);
      }),
    );
  });
});

test('a difference names the setting, what each daemon has, and what holds', () => {
  const [one] = fc.sample(settings, { numRuns: 1, seed: 1 }) as [SharedSettings];
  const a = {
    ...one,
    disclosure: 'everyone',
    'policy.default': 'refuse',
    'policy.locked': true,
  } as const;
  const b = { ...a, disclosure: 'domain', 'policy.locked': false } as const;
  const all = stricterSettings(heldAlone(a), heldAlone(b));
  const members = [
    { component: 'a', settings: a },
    { component: 'b', settings: b },
  ];
  expect(differencesIn(members, all)).toEqual([
    {
      setting: 'policy.locked',
      values: { a: true, b: false },
      holds: 'no choice is looser than refuse',
    },
    { setting: 'disclosure', values: { a: 'everyone', b: 'domain' }, holds: 'domain' },
  ]);
});

function expectNoLooser(all: HeldSettings, its: SharedSettings): void {
  expect(its['receipts.statuses']).toEqual(expect.arrayContaining([...all['receipts.statuses']]));
  expect(DISCLOSURES.indexOf(all.disclosure)).toBeLessThanOrEqual(
    DISCLOSURES.indexOf(its.disclosure),
  );
  if (all['policy.tellDeclined']) expect(its['policy.tellDeclined']).toBe(true);
  expect(all['receipts.graceMs']).toBeGreaterThanOrEqual(its['receipts.graceMs']);
  expect(all['receipts.expireAfterMs']).toBeGreaterThanOrEqual(its['receipts.expireAfterMs']);
  expect(all.retentionDays).toBeLessThanOrEqual(its.retentionDays);
  expect(all['questions.expireAfterMs']).toBeLessThanOrEqual(its['questions.expireAfterMs']);
}
