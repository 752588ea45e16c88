import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { POLICIES, type Policy, strictest } from '../../src/message/policy.ts';
import { consentOf, policyFor } from '../../src/receipt/consent.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { PolicyRules, Rules } from '../../src/receipt/rules.ts';
import { ALICE, accepted, fact, keyOf, lifeOf, RULES } from '../support/facts.ts';

describe('the policy for a sender', () => {
  const all: Preferences = {
    policy: 'manual',
    exceptions: { 'alice@example.org': 'automatic', 'example.org': 'refuse' },
  };

  test('the policy for a sender is that for the contact', () => {
    expect(policyFor(ALICE, all, withPolicy())).toBe('automatic');
  });

  test('the policy for a sender is else that for the domain of the contact', () => {
    expect(policyFor('carol@example.org' as BareJid, all, withPolicy())).toBe('refuse');
  });

  test('the policy for a sender is else that of the recipient', () => {
    expect(policyFor('carol@example.net' as BareJid, all, withPolicy())).toBe('manual');
  });

  test('the policy for a sender is else that of the operator', () => {
    const { policy: _, ...exceptionsOnly } = all;
    const carol = 'carol@example.net' as BareJid;
    for (const policy of POLICIES)
      expect(policyFor(carol, exceptionsOnly, withPolicy({ default: policy }))).toBe(policy);
  });

  test('a policy that the operator locked goes before all that the recipient chose', () => {
    const locked = withPolicy({ default: 'client', locked: true });
    expect(policyFor(ALICE, all, locked)).toBe('client');
    expect(policyFor(ALICE, { policy: 'refuse' }, locked)).toBe('client');
  });

  test('the policy for a domain does not hold for another domain that ends alike', () => {
    const preferences: Preferences = { exceptions: { 'example.org': 'refuse' } };
    for (const sender of ['alice@sub.example.org', 'alice@notexample.org', 'example.org@x.example'])
      expect(policyFor(sender as BareJid, preferences, withPolicy())).toBe('client');
  });

  test.each(['__proto__', 'constructor', 'toString', 'a@__proto__', 'hasOwnProperty@example.org'])(
    'a sender who is called %s gets a policy like all others',
    (name) => {
      const sender = name as BareJid;
      for (const preferences of [{}, { exceptions: {} }, all])
        expect(POLICIES).toContain(policyFor(sender, preferences, withPolicy()));
      expect(policyFor(sender, { exceptions: {} }, withPolicy({ default: 'manual' }))).toBe(
        'manual',
      );
    },
  );

  test('an exception for __proto__, as it comes from the store, holds for that name alone', () => {
    const exceptions: unknown = JSON.parse('{"__proto__":"refuse"}');
    const preferences: Preferences = { exceptions: exceptions as Record<string, Policy> };
    expect(policyFor('__proto__' as BareJid, preferences, withPolicy())).toBe('refuse');
    expect(policyFor(ALICE, preferences, withPolicy())).toBe('client');
  });
});

/** Before on the left, now on top. */
const STRICTER = `
            refuse    manual    client    automatic
  refuse    refuse    refuse    refuse    refuse
  manual    refuse    manual    manual    manual
  client    refuse    manual    client    client
  automatic refuse    manual    client    automatic`;

const [COLUMNS = [], ...ROWS] = STRICTER.trim()
  .split('\n')
  .map((row) => row.trim().split(/ +/) as Policy[]);
const PAIRS = ROWS.flatMap(([before, ...cells]) =>
  COLUMNS.map((now, index) => ({ before: before as Policy, now, word: cells[index] })),
);

describe('the stricter of two policies', () => {
  test('the table of pairs names every policy', () => {
    expect(PAIRS).toHaveLength(POLICIES.length ** 2);
    expect(COLUMNS.toSorted()).toEqual(POLICIES.toSorted());
  });

  test.each(PAIRS)(
    'a message that came under $before and is judged under $now is treated as $word',
    ({ before, now, word }) => {
      expect(strictest(before, now)).toBe(word);
      expect(consent({ accepted: [before], recipient: { policy: now } }).policy).toBe(word);
    },
  );

  test('a message that was sent several times is under the strictest of its policies', () => {
    const policies = ['client', 'refuse', 'automatic'] as const;
    expect(consent({ accepted: policies, recipient: { policy: 'automatic' } }).policy).toBe(
      'refuse',
    );
  });

  test('a message whose server named no policy is under that of now', () => {
    expect(consent({ accepted: [], recipient: { policy: 'automatic' } }).policy).toBe('automatic');
  });

  test('a message stays under the stricter policy although the operator locked a milder one', () => {
    const rules = withPolicy({ default: 'automatic', locked: true });
    expect(consent({ accepted: ['manual'], rules }).policy).toBe('manual');
  });
});

describe('a recipient of another server', () => {
  test('a recipient of another server decides there, whatever is chosen here', () => {
    const recipient: Preferences = { policy: 'refuse', tellDeclined: true };
    const rules = withPolicy({ default: 'refuse', tellDeclined: true });
    const key = keyOf('m1', ALICE, 'bob@example.net' as BareJid);
    const life = lifeOf(accepted(0, { policy: 'manual' }));
    expect(consentOf(key, life, { rules, recipient })).toEqual({
      policy: 'client',
      tellsDeclined: false,
    });
  });
});

test('a message to oneself is under the policy client, whatever was chosen', () => {
  const recipient: Preferences = { policy: 'manual' };
  const life = lifeOf(accepted());
  const consent = consentOf(keyOf('m1', ALICE, ALICE), life, { rules: withPolicy(), recipient });
  expect(consent.policy).toBe('client');
});

describe('telling a no', () => {
  test.each([
    [false, undefined, false],
    [true, undefined, true],
    [true, false, false],
    [false, true, true],
  ])('a no is told (operator: %s, recipient: %s): %s', (operator, own, told) => {
    const rules = withPolicy({ tellDeclined: operator });
    const recipient = own === undefined ? {} : { tellDeclined: own };
    expect(consent({ rules, recipient }).tellsDeclined).toBe(told);
  });
});

function consent({
  accepted: policies = [],
  recipient = {},
  rules = RULES,
}: {
  accepted?: readonly Policy[];
  recipient?: Preferences;
  rules?: Rules;
}) {
  const sendings = policies.map((policy, index) => fact('accepted', index, { policy }));
  const life = lifeOf(...(sendings.length === 0 ? [accepted()] : sendings));
  return consentOf(keyOf('m1'), life, { rules, recipient });
}

function withPolicy(changed: Partial<PolicyRules> = {}): Rules {
  return { ...RULES, policy: { ...RULES.policy, ...changed } };
}
