import { expect, test } from 'vitest';
import { daysIn } from '../../../src/operator/cli/days.ts';

test.each([
  ['90d', 90],
  ['12w', 84],
  ['36h', 1.5],
])('%s is %s days', (text, days) => {
  expect(daysIn(text)).toBe(days);
});

test.each(['', '90', 'd', '0d', '-1d', '1.5d', '90 d', '1y', '9999999d'])(
  '"%s" is no time',
  (text) => {
    expect(daysIn(text)).toBeUndefined();
  },
);
