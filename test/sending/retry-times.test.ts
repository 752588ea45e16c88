import { expect, test } from 'vitest';
import { retryAt } from '../../src/sending/retry-times.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test('a receipt that comes back waits five seconds, then twice as long each time, up to six hours', () => {
  const waits = [0, 1, 2, 8, 13, 22].map((tries) => (retryAt(1000, tries) ?? 0) - 1000);
  expect(waits).toEqual([5 * SECOND, 10 * SECOND, 20 * SECOND, 1280 * SECOND, 6 * HOUR, 6 * HOUR]);
});

test('a receipt that comes back again and again is given up after about three days', () => {
  let now = 0;
  let tries = 0;
  for (let next = retryAt(0, 0); next !== undefined; next = retryAt(now, tries)) {
    now = next;
    tries += 1;
  }
  expect(now / (24 * HOUR)).toBeCloseTo(3, 0);
});
