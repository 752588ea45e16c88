import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atLeast, atMost, medianInterval } from '../../bench/measure/interval.ts';

/** The values 1 to n, in an order that says nothing. */
const upTo = (count: number) => Array.from({ length: count }, (_, at) => ((at * 7) % count) + 1);

// David and Nagaraja, Order Statistics, §7.1: the ranks of the 95 % limits.
test.each([
  [5, 1, 5],
  [6, 1, 6],
  [9, 2, 8],
  [19, 5, 15],
  [20, 6, 15],
  [40, 14, 27],
])('of %i values the limits are number %i and %i', (count, low, high) => {
  expect(medianInterval(upTo(count))).toEqual({ median: (count + 1) / 2, low, high, count });
});

test('nineteen of twenty intervals hold the true median, or more', () => {
  const rounds = 2000;
  let random = 1;
  const next = () => {
    random = (random * 48_271) % 2_147_483_647;
    return random / 2_147_483_647;
  };
  const holds = Array.from({ length: rounds }, () => {
    const { low, high } = medianInterval(Array.from({ length: 19 }, next));
    return low <= 0.5 && high >= 0.5;
  });
  expect(holds.filter(Boolean).length / rounds).toBeGreaterThan(0.94);
});

test('the median lies between the limits, which are among the values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 60 }), (values) => {
      const { median, low, high } = medianInterval(values);
      expect(values).toContain(low);
      expect(values).toContain(high);
      expect(low).toBeLessThanOrEqual(median);
      expect(high).toBeGreaterThanOrEqual(median);
    }),
  );
});

test('a goal inside the limits was neither met nor missed', () => {
  const seen = { median: 0.9, low: 0.88, high: 0.93, count: 20 };
  expect([0.87, 0.9, 0.94].map((goal) => atLeast(goal, seen))).toEqual([
    'met',
    'undecided',
    'missed',
  ]);
  expect([0.87, 0.9, 0.94].map((goal) => atMost(goal, seen))).toEqual([
    'missed',
    'undecided',
    'met',
  ]);
});
