import { expect, test } from 'vitest';
import type { FactKind } from '../../src/message/fact.ts';
import { proofsOf } from '../../src/message/status.ts';
import { currentStatusOf } from '../../src/receipt/current-status.ts';
import { receiptOf } from '../../src/receipt/receipt.ts';
import { accepted, fact, keyOf, lifeOf, RULES, T0 } from '../support/facts.ts';

/** The server's stamps are a year ahead of its clock. */
const YEAR = 31_536_000_000_000;

test.each<FactKind>(['approved', 'declined'])(
  'the time of day of %s is the stamp, put right as at the fact before it',
  (kind) => {
    const sent = fact('sent', 1000);
    const life = lifeOf(
      { ...accepted(), time: T0 - YEAR },
      { ...sent, time: sent.at - YEAR },
      fact(kind, 5000),
    );
    const proof = proofsOf(life.facts).at(-1);
    const receipt = proof && receiptOf(keyOf('m1'), proof, life);
    expect(receipt).toMatchObject({ at: T0 + 5000, time: T0 + 5000 - YEAR });
  },
);

test('the time of day of an answer is its stamp where the clock never differed', () => {
  const life = lifeOf(accepted(), fact('sent', 1000), fact('approved', 5000));
  const proof = proofsOf(life.facts).at(-1);
  expect(proof && receiptOf(keyOf('m1'), proof, life)).not.toHaveProperty('time');
});

test('declined by policy and expired in an answer have the time of day of their own stamps', () => {
  const facts = [
    { ...accepted(0, { policy: 'refuse' }), time: T0 - YEAR },
    { ...fact('sent', 1), time: T0 + 1 - YEAR },
  ] as const;
  const asked = (completeUpTo: number, tellDeclined: boolean) =>
    currentStatusOf(
      { key: keyOf('m1'), record: { facts }, told: [] },
      {
        rules: RULES,
        completeUpTo,
        readUpTo: undefined,
        recipient: { policy: 'refuse', tellDeclined },
      },
    );
  expect(asked(T0, true)).toMatchObject({ status: 'declined', at: T0, time: T0 - YEAR });
  const due = T0 + RULES.expireAfter;
  expect(asked(due, false)).toMatchObject({ status: 'expired', at: due, time: due - YEAR });
});
