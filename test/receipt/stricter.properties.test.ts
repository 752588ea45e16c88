import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { POLICIES, type Policy, strictest } from '../../src/message/policy.ts';
import { policyFor } from '../../src/receipt/consent.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { stricterOf } from '../../src/receipt/stricter.ts';

const CONTACTS = ['a@x.example', 'b@x.example', 'c@y.example', '__proto__'].map(
  (jid) => jid as BareJid,
);
const PEERS = [...CONTACTS, 'x.example', 'y.example'];

const policy = fc.constantFrom(...POLICIES);
const preferences = fc
  .record({
    policy: fc.option(policy, { nil: undefined }),
    exceptions: fc.array(fc.tuple(fc.constantFrom(...PEERS), policy)),
  })
  .map(({ policy: own, exceptions }): Preferences => {
    const excepted = exceptions.length === 0 ? {} : { exceptions: Object.fromEntries(exceptions) };
    return { ...(own === undefined ? {} : { policy: own }), ...excepted };
  });

function operatorsWith(byDefault: Policy) {
  return { default: byDefault, locked: false, tellDeclined: false };
}

test('of two policies the stricter one holds for every contact', () => {
  fc.assert(
    fc.property(preferences, preferences, policy, (ours, theirs, byDefault) => {
      const rules = { policy: operatorsWith(byDefault) };
      const both = stricterOf(ours, theirs, rules.policy);
      for (const contact of CONTACTS)
        expect(policyFor(contact, both, rules)).toBe(
          strictest(policyFor(contact, ours, rules), policyFor(contact, theirs, rules)),
        );
    }),
  );
});

test('what is stricter already stays as it was chosen', () => {
  fc.assert(
    fc.property(preferences, policy, (ours, byDefault) => {
      const all = { ...ours, text: true };
      expect(stricterOf(all, ours, operatorsWith(byDefault))).toEqual(all);
    }),
  );
});

test('under a lock both count as they were chosen, for the time after it', () => {
  const locked = { ...operatorsWith('client'), locked: true };
  expect(stricterOf({ policy: 'automatic' }, { policy: 'refuse' }, locked)).toEqual({
    policy: 'refuse',
  });
});
