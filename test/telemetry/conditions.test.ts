import { expect, test } from 'vitest';
import { countedCondition } from '../../src/telemetry/conditions.ts';

test('a condition of RFC 6120 is counted by its name', () => {
  expect(countedCondition('forbidden')).toBe('forbidden');
  expect(countedCondition('undefined-condition')).toBe('undefined-condition');
});

test.each(['', 'payment-required', 'Forbidden', 'toString', '__proto__'])(
  'a condition that is not of RFC 6120 is counted as other: "%s"',
  (condition) => {
    expect(countedCondition(condition)).toBe('other');
  },
);
