import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { Policy } from '../../src/message/policy.ts';
import type { Status } from '../../src/message/status.ts';
import { currentStatusOf } from '../../src/receipt/current-status.ts';
import { accepted, DAY, fact, keyOf, RULES, SECOND, T0 } from '../support/facts.ts';

const approved = [accepted(0, { policy: 'manual' }), fact('acked', 1), fact('approved', 2)];

test.each(['client', 'automatic', 'manual', 'refuse'] as const)(
  'a sender who was told confirmed is told so later too, under %s',
  (policy) => {
    expect(asked(approved, { policy, told: ['confirmed'] })).toBe('confirmed');
  },
);

test('a change of the policy does not show in the status of older messages', () => {
  const delivered = [accepted(), fact('sent', 1), fact('received', 2)];
  expect(asked(delivered, { policy: 'client' })).toBe('delivered');
  expect(asked(delivered, { policy: 'refuse' })).toBe('delivered');
});

test('a status that was stopped is not known to the sender', () => {
  const stopped = [accepted(), fact('sent', 1), fact('received', 2, { withheld: true })];
  expect(asked(stopped, { policy: 'refuse' })).toBe('accepted');
});

test('a status told of an older message with the same id is not that of this one', () => {
  const receipt = currentStatusOf(
    { key: keyOf('m1'), record: { facts: approved }, told: [{ status: 'confirmed', at: T0 - 1 }] },
    {
      rules: RULES,
      completeUpTo: T0 + DAY,
      readUpTo: undefined,
      recipient: { policy: 'refuse' },
    },
  );
  expect(receipt?.status).toBe('accepted');
});

test.each<[string, readonly Fact[], Policy]>([
  ['blocked', [accepted()], 'client'],
  ['refused', [accepted(), fact('sent', 1), fact('received', 2, { withheld: true })], 'refuse'],
  ['hidden', [accepted(0, { maySee: false }), fact('stored', 1), fact('received', 2)], 'client'],
  ['lost', [accepted(), fact('kept', 1), fact('lost', 2)], 'refuse'],
])(
  'a sender who may know no more than accepted is answered expired after the limit: %s',
  (_, facts, policy) => {
    const from = (completeUpTo: number) =>
      currentStatusOf(
        { key: keyOf('m1'), record: { facts }, told: [] },
        {
          rules: RULES,
          completeUpTo,
          readUpTo: undefined,
          recipient: { policy },
        },
      );
    expect(from(T0 + RULES.expireAfter - 1)?.status).toBe('accepted');
    expect(from(T0 + RULES.expireAfter)).toEqual({
      key: keyOf('m1'),
      status: 'expired',
      evidence: 'server',
      at: T0 + RULES.expireAfter,
      messageAt: T0,
    });
  },
);

function asked(
  facts: readonly Fact[],
  { policy, told = [] }: { policy: Policy; told?: readonly Status[] },
): Status | undefined {
  const tracked = {
    key: keyOf('m1'),
    record: { facts },
    told: told.map((status) => ({ status, at: T0 + 5 })),
  };
  const recipient = { policy, tellDeclined: true };
  return currentStatusOf(tracked, {
    rules: RULES,
    completeUpTo: T0 + DAY,
    readUpTo: undefined,
    recipient,
  })?.status;
}

test('a status that was told is told as it was then, whatever became of the message since', () => {
  const before = accepted(0, { maySee: true });
  const since = [accepted(100, { maySee: false }), fact('sent', 101), fact('stored', 102)];
  const receipt = currentStatusOf(
    {
      key: keyOf('m1'),
      record: { facts: [before, fact('sent', 1), ...since] },
      told: [{ status: 'sent', at: T0 + 1 }],
    },
    {
      rules: RULES,
      completeUpTo: T0 + DAY,
      readUpTo: undefined,
      recipient: { policy: 'refuse' },
    },
  );
  expect(receipt).toMatchObject({ status: 'sent', at: T0 + 1, evidence: 'server' });
});

test('what was told by a marker that has moved on since has the time of day of the clock', () => {
  const facts = [
    { ...accepted(), time: T0 - DAY },
    { ...fact('received', 1), time: T0 + 1 - DAY },
  ];
  const receipt = currentStatusOf(
    { key: keyOf('m1'), record: { facts }, told: [{ status: 'displayed', at: T0 + 9 }] },
    {
      rules: RULES,
      completeUpTo: T0 + DAY,
      readUpTo: undefined,
      recipient: { policy: 'client' },
    },
  );
  expect(receipt).toMatchObject({ status: 'displayed', at: T0 + 9, time: T0 + 9 - DAY });
});

test('a failure that was told is told with its condition', () => {
  const facts = [accepted(), fact('failed', 1, { condition: 'gone' }), fact('acked', 2)];
  const receipt = currentStatusOf(
    { key: keyOf('m1'), record: { facts }, told: [{ status: 'failed', at: T0 + 1 }] },
    {
      rules: RULES,
      completeUpTo: T0 + DAY,
      readUpTo: undefined,
      recipient: { policy: 'refuse' },
    },
  );
  expect(receipt).toMatchObject({ status: 'failed', condition: 'gone' });
});

test.each<[string, readonly Fact[]]>([
  ['what the archive has', [fact('stored', 1, { where: 'archive' })]],
  ['what a session that is away has', [fact('kept', 1, { resource: 'phone' })]],
  [
    'what another store has beside the archive',
    [fact('stored', 0, { where: 'archive' }), fact('stored', 1)],
  ],
])('an answer says no sooner than a receipt that a message is stored: %s', (_, facts) => {
  expect(answerAt(T0 + SECOND / 5, facts)).toBe('accepted');
  expect(answerAt(T0 + 1 + SECOND / 5, facts)).toBe('stored');
});

test('what waits for other sessions hides nothing that may be told already', () => {
  const facts = [fact('sent', 1, { resource: 'phone' }), fact('kept', 2, { resource: 'phone' })];
  expect(answerAt(T0, facts)).toBe('sent');
});

test('an answer repeats what a receipt said, also when nothing is heard of the server', () => {
  const facts = [fact('stored', 1, { where: 'archive' })];
  expect(answerAt(0, facts)).toBe('accepted');
  expect(answerAt(0, facts, ['stored'])).toBe('stored');
});

function answerAt(
  completeUpTo: number,
  facts: readonly Fact[],
  told: readonly Status[] = [],
): Status | undefined {
  const tracked = {
    key: keyOf('m1'),
    record: { facts: [accepted(), ...facts] },
    told: told.map((status) => ({ status, at: T0 + 1 })),
  };
  const recipient = { policy: 'client' } as const;
  const context = { rules: RULES, completeUpTo, readUpTo: undefined, recipient };
  return currentStatusOf(tracked, context)?.status;
}
