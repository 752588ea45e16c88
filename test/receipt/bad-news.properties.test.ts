import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leavingAt } from '../../src/receipt/bad-news.ts';

const GATHERS = 3000;
const APART = 60_000;

/** Times at which messages to one contact fail. */
const failures = fc
  .array(fc.integer({ min: 0, max: 2 * APART }), { minLength: 1, maxLength: 50 })
  .map((gaps) => gaps.map((_, index) => sum(gaps.slice(0, index + 1))));

test('bad news of one contact never comes more than once a minute, and never later than a minute', () => {
  fc.assert(
    fc.property(failures, (times) => {
      const leaving = leavingTimes(times);
      for (const [index, at] of leaving.entries()) {
        const wait = at - (times[index] ?? 0);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(APART);
      }
      const messages = [...new Set(leaving)];
      for (const [index, at] of messages.slice(1).entries())
        expect(at - (messages[index] ?? 0)).toBeGreaterThanOrEqual(APART);
    }),
  );
});

test('a clock that was set back, by however much, holds no words for longer than a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 * APART }), (ahead) => {
      const wait = leavingAt(ahead, { now: 0, soonest: GATHERS, apart: APART });
      expect(wait).toBeLessThanOrEqual(APART);
    }),
  );
});

/** When the words of each leave. */
function leavingTimes(times: readonly number[]): readonly number[] {
  let last: number | undefined;
  return times.map((now) => {
    const soonest = now + GATHERS;
    last = last === undefined ? soonest : leavingAt(last, { now, soonest, apart: APART });
    return last;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
